/** Reads the archive: what is there, whether it is whole, and any stretch of it again. */
package io.nolook.replay;

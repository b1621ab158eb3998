/** Files in, files out, with the core that the jobs use. */
package io.nolook.offline;

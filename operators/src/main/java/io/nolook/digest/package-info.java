/** Hashes of bytes, told the same everywhere. */
package io.nolook.digest;

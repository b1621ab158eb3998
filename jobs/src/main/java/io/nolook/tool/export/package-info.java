/** Tokens as the files that training reads: NumPy archives, tar shards, Parquet. */
package io.nolook.tool.export;

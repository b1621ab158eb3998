/** Recordings through the tokenizing pipeline, at full speed: bounded sources, checkpoints, the same tokens. */
package io.nolook.backfill;

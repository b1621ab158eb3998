/** The job from recordings to token frames, at full speed. */
package io.nolook.job.backfill;

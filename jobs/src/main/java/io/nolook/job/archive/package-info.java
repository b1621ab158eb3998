/** The job from token frames to segments of the archive. */
package io.nolook.job.archive;

/** The job from token frames to windows for language models. */
package io.nolook.job.sequence;

/** The job from token frames to actions. */
package io.nolook.job.recognize;

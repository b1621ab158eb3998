/** The job from token frames to surprise, anomalies and continuations. */
package io.nolook.job.generate;

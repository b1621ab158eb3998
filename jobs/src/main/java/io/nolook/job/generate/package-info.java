/** The job from token frames to surprise and anomalies. */
package io.nolook.job.generate;

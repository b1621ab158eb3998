/** The job from token frames back to frames. */
package io.nolook.job.detokenize;

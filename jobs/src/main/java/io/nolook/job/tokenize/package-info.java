/** The main job: frames in, token frames out. */
package io.nolook.job.tokenize;

/** The job for language models: token frames in, sequences of ids out. */
package io.nolook.sequencing;

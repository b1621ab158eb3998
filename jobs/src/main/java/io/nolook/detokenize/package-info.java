/** The detokenizing job: token frames in, JPEG frames out. */
package io.nolook.detokenize;

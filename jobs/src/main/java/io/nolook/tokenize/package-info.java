/** The main job: frames in, token frames out. */
package io.nolook.tokenize;

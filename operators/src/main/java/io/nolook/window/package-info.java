/** Frames of one camera in, chunks for the model out: a pure state machine. */
package io.nolook.window;

package io.nolook.window;

/** Why a clip begins. */
public enum KeyframeReason {
    /** Nothing is known of the camera: it is new, or was silent for too long. */
    FIRST_FRAME,
    /** Frames are missing before it. */
    GAP,
    /** A higher epoch began. */
    EPOCH,
    /** A lower epoch was taken, after nothing but frames of it for a while. */
    EPOCH_RESET,
    /** Another model makes the tokens from here on. */
    MODEL,
    /** Somebody asked for it; nothing can yet: it waits for control commands. */
    REQUEST,
    /** The clip before was as long as clips may be. */
    INTERVAL,
    /** Pictures of another size came. */
    SIZE,
    /** Frames were left out, so as to keep up. */
    SKIP
}

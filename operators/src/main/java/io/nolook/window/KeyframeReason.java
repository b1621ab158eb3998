package io.nolook.window;

/** Why a clip begins. */
public enum KeyframeReason {
    /** Nothing is known of the camera: it is new, or was silent for too long. */
    FIRST_FRAME,
    /** Frames are missing before it. */
    GAP,
    /** A higher epoch began. */
    EPOCH,
    /** Numbers begin anew, after nothing but frames that were late or too far ahead for a while. */
    EPOCH_RESET,
    /** Another model, or another runtime, makes the tokens from here on. */
    MODEL,
    /** Somebody asked for it. */
    REQUEST,
    /** The clip before was as long as clips may be, or the camera's clock jumped; no frame is missing. */
    INTERVAL,
    /** Pictures of another size came, or are brought to another size or by another fit from here on. */
    SIZE,
    /** Frames were left out, so as to keep up. */
    SKIP
}

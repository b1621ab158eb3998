package io.nolook.window;

/** Why a clip begins. */
public enum KeyframeReason {
    FIRST_FRAME,
    GAP,
    EPOCH,
    EPOCH_RESET,
    MODEL,
    REQUEST,
    INTERVAL,
    SIZE,
    SKIP
}

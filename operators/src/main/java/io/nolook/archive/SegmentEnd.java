package io.nolook.archive;

/** Why a segment ends; what follows of its clip is in the next one. */
public enum SegmentEnd {
    /** The next token frame is a keyframe. */
    KEYFRAME,
    /** It holds as many token frames or bytes as it may. */
    FULL,
    /** The next token frame of the clip was made otherwise: another runtime, grid, fit or phase period. */
    CHANGED,
    /** Token frames of the clip are missing after it. */
    HOLE,
    /** The camera was silent. */
    SILENCE,
    /** The input ended. */
    END_OF_INPUT
}

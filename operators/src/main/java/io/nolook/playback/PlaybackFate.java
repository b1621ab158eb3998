package io.nolook.playback;

/** What becomes of a token frame that is to be decoded. */
public enum PlaybackFate {
    /** It is decoded. */
    PLAYED,
    /** It was decoded already. */
    DUPLICATE,
    /** It is of an epoch that is over. */
    LATE,
    /** The ones before it in its clip are not there: decoding begins at a keyframe. */
    WAITING
}

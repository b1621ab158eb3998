package io.nolook.verification;

/** What became of a received frame, as the topics show it. */
public enum Fate {
    /** In a token frame. */
    TOKENIZED,
    /** Waits for its chunk to fill. */
    PENDING,
    /** Came again. */
    DUPLICATE,
    /** Came after newer ones, or of a lower epoch. */
    LATE,
    /** Left out to keep to {@code frame.rate}. */
    SAMPLED,
    /** Given up for a newer one, which the record says. */
    SKIPPED,
    /** Waited when its camera's state ran out. */
    ABANDONED,
    /** Kept in the dead-letter topic. */
    DEAD_LETTERED,
    /** Before the first keyframe whose frames are all there: not looked at. */
    BEFORE_START,
    /** Nowhere. */
    UNACCOUNTED
}

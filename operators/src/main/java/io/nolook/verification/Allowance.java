package io.nolook.verification;

/** What a topic's state and the job's options excuse. */
public enum Allowance {
    /** Equal token frames more than once: delivery is at-least-once. */
    REPEATS,
    /** The first frames are gone or were never read: verification begins at the first keyframe that is whole. */
    MISSING_START,
    /** Token frames after the last frame looked at: the job has gone on. */
    LATER_TOKENS
}

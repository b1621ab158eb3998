package io.nolook.window;

/** What became of a frame when it reached its camera's window. */
public enum FrameFate {
    /** Now in a chunk or pending for one. */
    ACCEPTED,
    /** Seen before in this run of sequence numbers. */
    DUPLICATE,
    /** Of a lower epoch, or from before the last gap. */
    LATE,
    /** Further ahead than {@code sequence.max-ahead}: a dead letter. */
    AHEAD,
    /** Left out to keep to {@code frame.rate}. */
    SAMPLED
}

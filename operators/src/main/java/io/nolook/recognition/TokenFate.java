package io.nolook.recognition;

/** What becomes of a token frame that recognition gets. */
public enum TokenFate {
    /** The model sees it. */
    TAKEN,
    /** Left out, since token frames come faster than the model was trained for. */
    SAMPLED,
    /** Seen already. */
    DUPLICATE,
    /** Of an epoch that is over. */
    LATE
}

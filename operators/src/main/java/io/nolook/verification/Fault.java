package io.nolook.verification;

/** What can be wrong with a camera's records. */
public enum Fault {
    /** A token frame or dead letter that the frames ask for is not there. */
    MISSING,
    /** One is there again. */
    REPEATED,
    /** A token frame stands before one that it follows. */
    REORDERED,
    /** Tokens or a dead letter are not those that the frames give. */
    DIFFERING,
    /** A recorded decision that the frames and the options do not bear out. */
    ILLEGITIMATE,
    /** A token frame or dead letter that no frame asks for. */
    UNFOUNDED,
    /** A record that cannot be read, or was made with something else. */
    UNVERIFIABLE
}

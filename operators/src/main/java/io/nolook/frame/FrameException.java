package io.nolook.frame;

/** A frame that cannot be used, with a countable code. */
public final class FrameException extends Exception {
    private final FailureCode code;

    /**
     * @param code what is counted
     * @param reason what was found, what was expected, and the fix
     */
    public FrameException(FailureCode code, String reason) {
        super(reason);
        this.code = code;
    }

    public FailureCode code() {
        return code;
    }
}

package io.nolook.failure;

/** A frame that cannot be used, with a countable code. */
public final class IntakeException extends Exception {
    private final FailureCode code;

    /**
     * @param code what is counted
     * @param reason what was found, what was expected, and the fix
     */
    public IntakeException(FailureCode code, String reason) {
        super(reason);
        this.code = code;
    }

    public FailureCode code() {
        return code;
    }
}

package io.nolook.model;

/** A model file that does not keep the contract. */
public final class ModelRefusedException extends RuntimeException {

    /** Why a model is refused. */
    public enum Reason {
        UNREADABLE,
        METADATA,
        SIGNATURE,
        ROWS_INFLUENCE_EACH_OTHER,
        NOT_DETERMINISTIC,
        REMEMBERS_LONGER_THAN_STATED,
        CHECK_VECTOR,
        OUTPUT_OUT_OF_RANGE,
        SIZE,
        PROVIDER
    }

    private final Reason reason;

    /**
     * @param reason what is counted
     * @param found what was found, what was expected, and the fix
     */
    public ModelRefusedException(Reason reason, String found) {
        super(reason + ": " + found);
        this.reason = reason;
    }

    public ModelRefusedException(Reason reason, String found, Throwable cause) {
        super(reason + ": " + found, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}

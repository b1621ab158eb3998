package io.nolook.archive;

/** A coded segment that cannot be what was written; says what was found and which segment it is. */
public final class SegmentException extends Exception {
    private static final long serialVersionUID = 1;

    public SegmentException(String message) {
        super(message);
    }

    public SegmentException(String message, Throwable cause) {
        super(message, cause);
    }
}

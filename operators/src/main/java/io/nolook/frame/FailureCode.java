package io.nolook.frame;

/** Why a record could not become tokens; counted per code and carried by its dead letter. */
public enum FailureCode {
    RECORD_KEY_MISSING,
    RECORD_KEY_UNREADABLE,
    RECORD_VALUE_MISSING,
    RECORD_VALUE_UNREADABLE,
    RECORD_TOO_LARGE,
    RECORD_KEY_MISMATCH,
    RECORD_FIELD_INVALID,
    PICTURE_TOO_LARGE,
    PICTURE_TOO_MANY_PIXELS,
    PICTURE_TOO_MANY_SCANS,
    PICTURE_WRONG_ENCODING,
    PICTURE_WRONG_SIZE,
    PICTURE_TRUNCATED,
    PICTURE_UNREADABLE,
    MODEL_FAILED
}

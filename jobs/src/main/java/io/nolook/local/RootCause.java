package io.nolook.local;

/** What Flink wraps many times. */
final class RootCause {

    private RootCause() {}

    /** The message of the innermost cause. */
    static String message(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}

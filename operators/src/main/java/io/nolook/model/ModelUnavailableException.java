package io.nolook.model;

/**
 * A model cannot be opened now: its file is not there, or the machine has no room for a session.
 *
 * <p>Nothing is wrong with the model as far as is known, so trying again may help: a volume may be mounted late.
 */
public final class ModelUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param found what was found, what was expected, and the fix
     */
    public ModelUnavailableException(String found) {
        super(found);
    }

    public ModelUnavailableException(String found, Throwable cause) {
        super(found, cause);
    }
}

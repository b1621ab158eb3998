package io.nolook.record;

import io.nolook.failure.IntakeException;
import java.io.Serializable;

/**
 * Turns received records into events; what a sender can get wrong ends in a {@link IntakeException}.
 *
 * @param <T> an event
 */
public interface RecordIntake<T> {

    /**
     * Reads a record.
     *
     * @throws IntakeException with what was found, expected, and the fix
     */
    T decode(ReceivedRecord record) throws IntakeException;

    /**
     * Makes the intake where it runs.
     *
     * @param <T> an event
     */
    interface Factory<T> extends Serializable {

        RecordIntake<T> open();

        /** What is counted, in metrics' names: frames. */
        String counted();

        /** Largest record that a dead letter carries whole, bytes. */
        int maxRecordBytes();
    }
}

package io.nolook.flink;

import io.nolook.frame.FrameException;
import java.io.Serializable;

/**
 * Turns received records into events; what a sender can get wrong ends in a {@link FrameException}.
 *
 * @param <T> an event
 */
public interface RecordIntake<T> {

    /**
     * Reads a record.
     *
     * @throws FrameException with what was found, expected, and the fix
     */
    T decode(ReceivedRecord record) throws FrameException;

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

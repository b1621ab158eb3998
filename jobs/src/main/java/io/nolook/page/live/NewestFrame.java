package io.nolook.page.live;

import io.nolook.record.ReceivedRecord;

/**
 * The newest frame of a camera, as it was received: nothing in it has been looked at.
 *
 * @param number counts the camera's frames from 1, as this page sees them
 * @param record key and value as they came
 * @param atMillis when it was sent, milliseconds since 1970, never after its arrival
 */
public record NewestFrame(long number, ReceivedRecord record, long atMillis) {

    /** Of the value; 0 where it was null. */
    int bytes() {
        return record.value() == null ? 0 : record.value().length;
    }
}

package io.nolook.page;

import io.nolook.record.ReceivedRecord;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What records may say for the page to keep it: others write them, and each is held many times. */
final class RecordLimits {
    /** Of an action or a camera's status; honest ones take less than a tenth. */
    static final int MOST_BYTES = 8 << 10;

    /** How far ahead of this machine's clock a camera's may be. */
    static final long MOST_AHEAD_MILLIS = TimeUnit.DAYS.toMillis(1);

    private RecordLimits() {}

    /**
     * The value of a record.
     *
     * @throws IOException when there is none, or it is too large to be kept
     */
    static byte[] small(ReceivedRecord record) throws IOException {
        byte[] value = record.value();
        if (value == null || value.length > MOST_BYTES) {
            throw new IOException("found a record of " + (value == null ? "no" : value.length)
                    + " bytes, expected 1 to " + MOST_BYTES);
        }
        return value;
    }

    /**
     * A number of a record as JSON can say it: neither infinite nor none at all.
     *
     * @throws IOException when it is below 0
     */
    static double number(String name, double found) throws IOException {
        if (!(found >= 0 && Double.isFinite(found))) {
            throw new IOException("found " + name + " " + found + ", expected a number of at least 0");
        }
        return found;
    }

    /**
     * Holds capture times against the clock: one of the far future would stand before all others for ever.
     *
     * @throws IOException when they are before 1970, the wrong way round, or more than a day ahead
     */
    static void captured(long fromMicros, long toMicros, long nowMillis) throws IOException {
        if (fromMicros < 0 || toMicros < fromMicros || toMicros / 1000 > nowMillis + MOST_AHEAD_MILLIS) {
            throw new IOException("found capture times " + fromMicros + " to " + toMicros
                    + " us, expected them in order, from 0 to a day from now");
        }
    }
}

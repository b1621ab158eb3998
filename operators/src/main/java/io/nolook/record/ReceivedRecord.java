package io.nolook.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of any topic as it was received, nothing decoded.
 *
 * @param topic it came from
 * @param partition it came from
 * @param offset in the partition
 * @param timestampMillis Kafka's
 * @param key may be null
 * @param value may be null
 * @param headers in order
 */
public record ReceivedRecord(
        String topic,
        int partition,
        long offset,
        long timestampMillis,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<Header> headers) {

    /** A header of the record; the value may be null. */
    public record Header(String key, byte @Nullable [] value) {}
}

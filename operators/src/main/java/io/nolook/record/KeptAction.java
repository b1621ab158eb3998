package io.nolook.record;

import io.nolook.recognition.EventDetector.Seen;
import io.nolook.recognition.SeenCodec;
import io.nolook.schema.ActionScores;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a camera shows, with the scores that said so last: keyed state.
 *
 * @param arrivalMillis processing time of the scores
 * @param seen candidate or active
 * @param scores the newest
 */
public record KeptAction(long arrivalMillis, Seen seen, ActionScores scores) {

    /** As bytes: the time, the length of the first part, and both parts with their own versions. */
    public byte[] encode(SingleObject<ActionScores> format) {
        byte[] first = SeenCodec.encode(seen);
        byte[] second = format.encode(scores);
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES + first.length + second.length)
                .putLong(arrivalMillis)
                .putInt(first.length)
                .put(first)
                .put(second)
                .array();
    }

    public static KeptAction decode(byte[] bytes, SingleObject<ActionScores> format) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long arrivalMillis = in.getLong();
        byte[] first = new byte[in.getInt()];
        in.get(first);
        byte[] second = new byte[in.remaining()];
        in.get(second);
        return new KeptAction(arrivalMillis, SeenCodec.decode(first), format.decode(second));
    }
}

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
 * <p>As bytes, which live in savepoints: a change of layout takes a new version, and old ones stay readable.
 *
 * <pre>
 *   kept    = version arrival length seen scores
 *   version = 1 byte, 0x82: version 2 with the highest bit, which no time begins with
 *   arrival = 8 bytes, milliseconds; length = 4 bytes, of seen; highest byte first
 *   seen    = as {@link SeenCodec} writes it; scores = an Avro single object: each has its own version
 * </pre>
 *
 * <p>Version 1 had no version byte and was else the same.
 *
 * @param arrivalMillis processing time of the scores, since 1970
 * @param seen candidate or active
 * @param scores the newest
 */
public record KeptAction(long arrivalMillis, Seen seen, ActionScores scores) {
    private static final byte VERSION = (byte) 0x82;

    /** As bytes of the newest version. */
    public byte[] encode(SingleObject<ActionScores> format) {
        byte[] first = SeenCodec.encode(seen);
        byte[] second = format.encode(scores);
        return ByteBuffer.allocate(1 + Long.BYTES + Integer.BYTES + first.length + second.length)
                .put(VERSION)
                .putLong(arrivalMillis)
                .putInt(first.length)
                .put(first)
                .put(second)
                .array();
    }

    /**
     * A state of any version written so far.
     *
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing
     * @throws IOException when the scores cannot be read
     */
    public static KeptAction decode(byte[] bytes, SingleObject<ActionScores> format) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length > 0 && bytes[0] < 0) {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException("found a kept action of version " + (version & 0x7f)
                        + ", expected at most 2: restore with the release that wrote it, or a newer one");
            }
        }
        int length = in.remaining() < Long.BYTES + Integer.BYTES ? -1 : in.getInt(in.position() + Long.BYTES);
        if (length < 0 || length > in.remaining() - Long.BYTES - Integer.BYTES) {
            throw new IllegalArgumentException("found a kept action that ends early at " + bytes.length + " bytes");
        }
        long arrivalMillis = in.getLong();
        byte[] first = new byte[in.getInt()];
        in.get(first);
        byte[] second = new byte[in.remaining()];
        in.get(second);
        return new KeptAction(arrivalMillis, SeenCodec.decode(first), format.decode(second));
    }
}

package io.nolook.record;

import io.nolook.generation.Watched;
import io.nolook.generation.WatchedCodec;
import io.nolook.schema.SingleObject;
import io.nolook.schema.Surprise;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What is known of a watched camera, with its newest surprise: keyed state.
 *
 * <p>As bytes, which live in savepoints: a change of layout takes a new version, and old ones stay readable.
 *
 * <pre>
 *   kept    = version arrival length watched newest
 *   version = 1 byte, 1
 *   arrival = 8 bytes, milliseconds; length = 4 bytes, of watched; highest byte first
 *   watched = as {@link WatchedCodec} writes it; newest = an Avro single object: each has its own version
 * </pre>
 *
 * @param arrivalMillis processing time of the newest surprise, since 1970
 * @param watched what is known
 * @param newest surprise
 */
public record KeptWatch(long arrivalMillis, Watched watched, Surprise newest) {
    private static final byte VERSION = 1;
    private static final int HEADER = 1 + Long.BYTES + Integer.BYTES;

    /** As bytes of the newest version. */
    public byte[] encode(SingleObject<Surprise> format) {
        byte[] first = WatchedCodec.encode(watched);
        byte[] second = format.encode(newest);
        return ByteBuffer.allocate(HEADER + first.length + second.length)
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
     * @throws IOException when the surprise cannot be read
     */
    public static KeptWatch decode(byte[] bytes, SingleObject<Surprise> format) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER || in.get() != VERSION) {
            throw new IllegalArgumentException(
                    "found a kept watch of version " + (bytes.length == 0 ? "none" : bytes[0])
                            + " and " + bytes.length + " bytes, expected version " + VERSION
                            + ": restore with the release that wrote it, or a newer one");
        }
        long arrivalMillis = in.getLong();
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("found a kept watch that ends early at " + bytes.length + " bytes");
        }
        byte[] first = new byte[length];
        in.get(first);
        byte[] second = new byte[in.remaining()];
        in.get(second);
        return new KeptWatch(arrivalMillis, WatchedCodec.decode(first), format.decode(second));
    }
}

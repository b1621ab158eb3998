package io.nolook.recognition;

import io.nolook.recognition.EventDetector.Seen;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * What a camera shows, as bytes; the first is the version.
 *
 * <p>These bytes live in savepoints: a change of layout takes a new version, and old ones stay readable. A label stays
 * the index that it was: another recognizer begins with other state.
 */
public final class SeenCodec {
    private static final byte VERSION = 1;
    private static final int BYTES = 2 + 2 * Integer.BYTES + 5 * Long.BYTES;

    private SeenCodec() {}

    public static byte[] encode(Seen seen) {
        Action action = seen.action();
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .put((byte) (seen.told() ? 1 : 0))
                .putInt(action.label())
                .putLong(action.epoch())
                .putLong(action.firstSequence())
                .putLong(action.lastSequence())
                .putLong(action.startMicros())
                .putLong(action.endMicros())
                .putFloat(action.confidence())
                .array();
    }

    /**
     * A state of any version written so far.
     *
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static Seen decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION || bytes.length != BYTES) {
                throw new IllegalArgumentException("found event state of version " + version + " and " + bytes.length
                        + " bytes, expected version " + VERSION + " of " + BYTES
                        + ": restore with the release that wrote it, or a newer one");
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("found empty event state, expected " + BYTES + " bytes", e);
        }
        boolean told = in.get() == 1;
        int label = in.getInt();
        Action action = new Action(
                label, false, in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getFloat());
        return new Seen(action, told);
    }
}

package io.nolook.recognition;

import io.nolook.recognition.EventDetector.Seen;
import java.nio.ByteBuffer;

/**
 * What a camera shows, as bytes; the first is the version.
 *
 * <p>These bytes live in savepoints: a change of layout takes a new version, and old ones stay readable. A label stays
 * the index that it was: another recognizer begins with other state.
 */
public final class SeenCodec {
    private static final byte VERSION = 2;
    private static final int BYTES_OF_FIRST_VERSION = 2 + 2 * Integer.BYTES + 5 * Long.BYTES;
    private static final int BYTES = BYTES_OF_FIRST_VERSION + 2 * Long.BYTES;

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
                .putLong(action.startSteadyMicros())
                .putLong(action.endSteadyMicros())
                .array();
    }

    /**
     * A state of any version written so far; version 1, of 0.1.0, knew the camera's own clock alone.
     *
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static Seen decode(byte[] bytes) {
        int version = bytes.length == 0 ? 0 : bytes[0];
        boolean first = version == 1 && bytes.length == BYTES_OF_FIRST_VERSION;
        if (!first && (version != VERSION || bytes.length != BYTES)) {
            throw new IllegalArgumentException("found event state of version " + version + " and " + bytes.length
                    + " bytes, expected version " + VERSION + " of " + BYTES
                    + ": restore with the release that wrote it, or a newer one");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        boolean told = in.get() == 1;
        int label = in.getInt();
        long epoch = in.getLong();
        long firstSequence = in.getLong();
        long lastSequence = in.getLong();
        long start = in.getLong();
        long end = in.getLong();
        float confidence = in.getFloat();
        long startSteady = first ? start : in.getLong();
        long endSteady = first ? end : in.getLong();
        return new Seen(
                new Action(
                        label,
                        false,
                        epoch,
                        firstSequence,
                        lastSequence,
                        start,
                        end,
                        startSteady,
                        endSteady,
                        confidence),
                told);
    }
}

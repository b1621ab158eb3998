package io.nolook.recognition;

import io.nolook.token.StreamOrder;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Where a camera stands in its token frames: an immutable value, its keyed state.
 *
 * @param epoch of the newest token frame
 * @param clip of the newest token frame
 * @param position in the clip of the newest token frame
 * @param lastSequence of the newest token frame
 * @param run sequence number of the first frame since the last gap
 * @param taken token frames of the run that the model saw
 * @param lastTakenAtMicros capture time of the newest of them, {@code Long.MIN_VALUE} before the first
 * @param lastArrivalMillis processing time of the newest token frame
 */
public record RunCursor(
        long epoch,
        long clip,
        int position,
        long lastSequence,
        long run,
        int taken,
        long lastTakenAtMicros,
        long lastArrivalMillis) {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + 6 * Long.BYTES + 2 * Integer.BYTES;

    /** Of the newest token frame; for its capture time stands that of the newest one taken, which is not later. */
    StreamOrder.Place place() {
        return new StreamOrder.Place(epoch, clip, position, lastTakenAtMicros);
    }

    /** As bytes; the first is the version. They live in savepoints: old versions stay readable. */
    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putLong(epoch)
                .putLong(clip)
                .putInt(position)
                .putLong(lastSequence)
                .putLong(run)
                .putInt(taken)
                .putLong(lastTakenAtMicros)
                .putLong(lastArrivalMillis)
                .array();
    }

    /**
     * A cursor of any version written so far.
     *
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static RunCursor decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION || bytes.length != BYTES) {
                throw new IllegalArgumentException("found a cursor of version " + version + " and " + bytes.length
                        + " bytes, expected version " + VERSION + " of " + BYTES
                        + ": restore with the release that wrote it, or a newer one");
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("found an empty cursor, expected " + BYTES + " bytes", e);
        }
        return new RunCursor(
                in.getLong(),
                in.getLong(),
                in.getInt(),
                in.getLong(),
                in.getLong(),
                in.getInt(),
                in.getLong(),
                in.getLong());
    }
}

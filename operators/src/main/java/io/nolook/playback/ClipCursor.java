package io.nolook.playback;

import java.nio.ByteBuffer;

/**
 * Where a camera stands in what is decoded: an immutable value, its keyed state.
 *
 * @param epoch of the clip
 * @param clip sequence number of its first frame
 * @param next position that can be decoded, -1 when none can before a keyframe
 * @param lastArrivalMillis processing time of the newest token frame
 */
public record ClipCursor(long epoch, long clip, int next, long lastArrivalMillis) {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + 3 * Long.BYTES + Integer.BYTES;

    /** As bytes; the first is the version. They live in savepoints: old versions stay readable. */
    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putLong(epoch)
                .putLong(clip)
                .putInt(next)
                .putLong(lastArrivalMillis)
                .array();
    }

    /**
     * A cursor of any version written so far.
     *
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static ClipCursor decode(byte[] bytes) {
        if (bytes.length != BYTES || bytes[0] != VERSION) {
            throw new IllegalArgumentException("found " + bytes.length + " bytes of a clip cursor, expected " + BYTES
                    + " of version " + VERSION + ": restore with the release that wrote it, or a newer one");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
        return new ClipCursor(in.getLong(), in.getLong(), in.getInt(), in.getLong());
    }
}

package io.nolook.playback;

import io.nolook.token.StreamOrder;
import java.nio.ByteBuffer;

/**
 * Where a camera stands in what is decoded: an immutable value, its keyed state.
 *
 * @param newest place of the newest token frame taken
 * @param playing whether it was decoded; if not, nothing is before a keyframe
 * @param lastArrivalMillis processing time of the newest token frame
 */
public record ClipCursor(StreamOrder.Place newest, boolean playing, long lastArrivalMillis) {
    private static final byte VERSION = 2;
    private static final int BYTES = 2 + 4 * Long.BYTES + Integer.BYTES;
    private static final int BYTES_OF_FIRST_VERSION = 1 + 3 * Long.BYTES + Integer.BYTES;

    /** As bytes; the first is the version. They live in savepoints: old versions stay readable. */
    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putLong(newest.epoch())
                .putLong(newest.clip())
                .putInt(newest.position())
                .putLong(newest.capturedAtMicros())
                .put((byte) (playing ? 1 : 0))
                .putLong(lastArrivalMillis)
                .array();
    }

    /**
     * A cursor of any version written so far.
     *
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static ClipCursor decode(byte[] bytes) {
        if (bytes.length == BYTES_OF_FIRST_VERSION && bytes[0] == 1) {
            return firstVersion(ByteBuffer.wrap(bytes, 1, bytes.length - 1));
        }
        if (bytes.length != BYTES || bytes[0] != VERSION) {
            throw new IllegalArgumentException("found " + bytes.length + " bytes of a clip cursor, expected " + BYTES
                    + " of version " + VERSION + ": restore with the release that wrote it, or a newer one");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
        StreamOrder.Place newest = new StreamOrder.Place(in.getLong(), in.getLong(), in.getInt(), in.getLong());
        return new ClipCursor(newest, in.get() == 1, in.getLong());
    }

    /** It had the next position, -1 before a keyframe, and no capture time: then a clip is over that does not play. */
    private static ClipCursor firstVersion(ByteBuffer in) {
        long epoch = in.getLong();
        long clip = in.getLong();
        int next = in.getInt();
        int position = next < 0 ? Integer.MAX_VALUE : next - 1;
        StreamOrder.Place newest = new StreamOrder.Place(epoch, clip, position, Long.MAX_VALUE);
        return new ClipCursor(newest, next >= 0, in.getLong());
    }
}

package io.nolook.playback;

import io.nolook.identity.MadeWith;
import io.nolook.token.StreamOrder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Where a camera stands in what is decoded: an immutable value, its keyed state.
 *
 * @param newest place of the newest token frame taken
 * @param playing whether it was decoded; if not, nothing is before a keyframe
 * @param lastArrivalMillis processing time of the newest token frame
 * @param madeWith decoder, runtime and size of what plays
 */
public record ClipCursor(StreamOrder.Place newest, boolean playing, long lastArrivalMillis, MadeWith madeWith) {
    private static final int VERSION = 3;
    private static final int BYTES_OF_FIRST_VERSION = 1 + 3 * Long.BYTES + Integer.BYTES;

    /** As bytes; the first is the version. They live in savepoints: old versions stay readable. */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(newest.epoch());
            out.writeLong(newest.clip());
            out.writeInt(newest.position());
            out.writeLong(newest.capturedAtMicros());
            out.writeBoolean(playing);
            out.writeLong(lastArrivalMillis);
            madeWith.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * A cursor of any version written so far.
     *
     * @param now what one of a version before 3 is taken to be made with: it does not tell
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static ClipCursor decode(byte[] bytes, MadeWith now) {
        if (bytes.length == BYTES_OF_FIRST_VERSION && bytes[0] == 1) {
            return firstVersion(ByteBuffer.wrap(bytes, 1, bytes.length - 1), now);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version < 2 || version > VERSION) {
                throw new IllegalArgumentException("found a clip cursor of version " + version + " and "
                        + bytes.length + " bytes, expected version " + VERSION
                        + " at most: restore with the release that wrote it, or a newer one");
            }
            StreamOrder.Place newest = new StreamOrder.Place(in.readLong(), in.readLong(), in.readInt(), in.readLong());
            ClipCursor cursor =
                    new ClipCursor(newest, in.readBoolean(), in.readLong(), version == 2 ? now : MadeWith.read(in));
            if (in.available() > 0) {
                throw new IllegalArgumentException("found " + in.available() + " bytes after the clip cursor");
            }
            return cursor;
        } catch (IOException e) {
            throw new IllegalArgumentException("found a clip cursor that ends early at " + bytes.length + " bytes", e);
        }
    }

    /** It had the next position, -1 before a keyframe, and no capture time: then a clip is over that does not play. */
    private static ClipCursor firstVersion(ByteBuffer in, MadeWith now) {
        long epoch = in.getLong();
        long clip = in.getLong();
        int next = in.getInt();
        int position = next < 0 ? Integer.MAX_VALUE : next - 1;
        StreamOrder.Place newest = new StreamOrder.Place(epoch, clip, position, Long.MAX_VALUE);
        return new ClipCursor(newest, next >= 0, in.getLong(), now);
    }
}

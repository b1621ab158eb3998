package io.nolook.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A segment cursor as bytes; the first byte is the version.
 *
 * <p>These bytes live in savepoints: a change of layout takes a new version, and old ones stay readable. Version 1 did
 * not tell the phase period, which was 1.
 */
public final class SegmentCursorCodec {
    private static final int VERSION = 2;

    private SegmentCursorCodec() {}

    /** The cursor in the newest version. */
    public static byte[] encode(SegmentCursor cursor) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            SegmentHead head = cursor.head();
            out.writeUTF(head.camera());
            out.writeLong(head.epoch());
            out.writeLong(head.clip());
            out.writeUTF(head.provenance().tokenizerId());
            out.writeUTF(head.provenance().encoderHash());
            out.writeUTF(head.provenance().runtimeId());
            out.writeInt(head.grid().height());
            out.writeInt(head.grid().width());
            out.writeInt(head.grid().bits());
            out.writeUTF(head.fit());
            out.writeInt(head.phasePeriod());
            out.writeInt(cursor.next());
            out.writeInt(cursor.tokenFrames());
            out.writeLong(cursor.bytes());
            out.writeLong(cursor.lastCapturedAtMicros());
            out.writeLong(cursor.lastArrivalMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * A cursor of any version written so far.
     *
     * @throws IllegalArgumentException when the version is newer than this code, or bytes are missing or left over
     */
    public static SegmentCursor decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version < 1 || version > VERSION) {
                throw new IllegalArgumentException("found segment cursor version " + version + ", expected at most "
                        + VERSION + ": restore with the release that wrote it, or a newer one");
            }
            SegmentHead head = new SegmentHead(
                    in.readUTF(),
                    in.readLong(),
                    in.readLong(),
                    new Provenance(in.readUTF(), in.readUTF(), in.readUTF()),
                    new TokenGrid(in.readInt(), in.readInt(), in.readInt()),
                    in.readUTF(),
                    version == 1 ? 1 : in.readInt());
            SegmentCursor cursor =
                    new SegmentCursor(head, in.readInt(), in.readInt(), in.readLong(), in.readLong(), in.readLong());
            if (in.available() > 0) {
                throw new IllegalArgumentException("found " + in.available() + " bytes after the segment cursor");
            }
            return cursor;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "found a segment cursor that ends early at " + bytes.length + " bytes", e);
        }
    }
}

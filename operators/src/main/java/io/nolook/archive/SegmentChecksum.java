package io.nolook.archive;

import io.nolook.archive.CodedSegment.Extent;
import io.nolook.window.Chunk;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The CRC-32C of all that a coded segment says.
 *
 * <p>Over its fields in the order of {@link CodedSegment}, whatever record carries them: big-endian numbers, and texts,
 * lists and bytes after their length as an int. A phase period above 1 follows as an int at the end. This order never
 * changes.
 */
final class SegmentChecksum {

    private SegmentChecksum() {}

    static int of(SegmentHead head, String end, Extent extent, byte[] table, int codec, byte[] payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 + table.length + payload.length);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            text(head.camera(), out);
            out.writeLong(head.epoch());
            out.writeLong(head.clip());
            text(head.provenance().tokenizerId(), out);
            text(head.provenance().encoderHash(), out);
            text(head.provenance().runtimeId(), out);
            out.writeInt(head.grid().height());
            out.writeInt(head.grid().width());
            out.writeInt(head.grid().bits());
            text(head.fit(), out);
            text(end, out);
            write(extent, out);
            bytes(table, out);
            out.writeInt(codec);
            bytes(payload, out);
            if (head.phasePeriod() > 1) {
                out.writeInt(head.phasePeriod());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.toByteArray());
        return (int) checksum.getValue();
    }

    static int of(CodedSegment segment) {
        return of(segment.head(), segment.end(), segment.extent(), segment.table(), segment.codec(), segment.payload());
    }

    private static void write(Extent extent, DataOutputStream out) throws IOException {
        out.writeInt(extent.firstPosition());
        out.writeInt(extent.tokenFrames());
        out.writeLong(extent.frames());
        out.writeLong(extent.firstSequence());
        out.writeLong(extent.lastSequence());
        out.writeLong(extent.firstCapturedAtMicros());
        out.writeLong(extent.lastCapturedAtMicros());
        out.writeInt(extent.gaps().size());
        for (Chunk.Range gap : extent.gaps()) {
            out.writeLong(gap.from());
            out.writeLong(gap.to());
        }
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        bytes(text.getBytes(StandardCharsets.UTF_8), out);
    }

    private static void bytes(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}

package io.nolook.record;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.Provenance;
import io.nolook.archive.SegmentException;
import io.nolook.archive.SegmentHead;
import io.nolook.archive.SegmentOutline;
import io.nolook.archive.TokenGrid;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.SingleObject;
import io.nolook.window.Chunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads what segments say in plain, of any released version: table and payload are skipped, neither copied nor checked.
 *
 * <p>One thread. A changed byte is noticed only where the record then cannot be read: {@link ArchiveSegments#read}
 * checks.
 */
public final class SegmentOutlines {
    private static final int HEADER = 10;
    private static final Set<String> SKIPPED = Set.of("table", "payload", "checksum");

    private final Map<Long, GenericDatumReader<GenericRecord>> readers = new HashMap<>();
    private BinaryDecoder decoder;

    public SegmentOutlines() {
        Schema newest = ArchiveSegment.getClassSchema();
        Schema plain = Schema.createRecord(newest.getName(), newest.getDoc(), newest.getNamespace(), false);
        plain.setFields(newest.getFields().stream()
                .filter(field -> !SKIPPED.contains(field.name()))
                .map(field -> new Schema.Field(field, field.schema()))
                .toList());
        List<Schema> written = new ArrayList<>(SingleObject.released(newest.getName()));
        written.add(newest);
        written.forEach(schema ->
                readers.put(SchemaNormalization.parsingFingerprint64(schema), new GenericDatumReader<>(schema, plain)));
    }

    /**
     * @param bytes of a record
     * @throws SegmentException saying what was found, when they are no segment of a released version
     */
    public SegmentOutline read(byte[] bytes) throws SegmentException {
        try {
            GenericDatumReader<GenericRecord> reader = bytes.length < HEADER || bytes[0] != (byte) 0xC3 || bytes[1] != 1
                    ? null
                    : readers.get(ByteBuffer.wrap(bytes)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong(2));
            if (reader == null) {
                throw new IOException("expected the header of a released version of ArchiveSegment");
            }
            decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, decoder);
            SegmentOutline outline = outline(reader.read(null, decoder));
            if (!decoder.isEnd()) {
                throw new IOException("found bytes after the record");
            }
            return outline;
        } catch (IOException | RuntimeException e) { // whatever Avro or a shape has against them
            throw new SegmentException(
                    "found a record of " + bytes.length + " bytes that cannot be read: " + e.getMessage(), e);
        }
    }

    private static SegmentOutline outline(GenericRecord record) {
        SegmentHead head = new SegmentHead(
                text(record, "camera"),
                number(record, "epoch"),
                number(record, "clip"),
                new Provenance(text(record, "tokenizerId"), text(record, "encoderHash"), text(record, "runtimeId")),
                new TokenGrid(small(record, "height"), small(record, "width"), small(record, "bits")),
                text(record, "fit"),
                small(record, "phasePeriod"));
        List<Chunk.Range> gaps = new ArrayList<>();
        for (Object gap : (List<?>) record.get("gaps")) {
            gaps.add(new Chunk.Range(number((GenericRecord) gap, "from"), number((GenericRecord) gap, "to")));
        }
        CodedSegment.Extent extent = new CodedSegment.Extent(
                small(record, "firstPosition"),
                small(record, "tokenFrames"),
                number(record, "frames"),
                number(record, "firstSequence"),
                number(record, "lastSequence"),
                number(record, "firstCapturedAtMicros"),
                number(record, "lastCapturedAtMicros"),
                gaps);
        return new SegmentOutline(head, text(record, "end"), extent, small(record, "codec"));
    }

    private static String text(GenericRecord record, String field) {
        return record.get(field).toString();
    }

    private static long number(GenericRecord record, String field) {
        return (long) record.get(field);
    }

    private static int small(GenericRecord record, String field) {
        return (int) record.get(field);
    }
}

package io.nolook.schema;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Records as Avro single objects: 0xC3 0x01, the schema's fingerprint, the body.
 *
 * <p>Reads every released version of the record's schema and writes the newest. Not thread-safe. Source of the layout:
 * Avro specification, "Single object encoding".
 */
public final class SingleObject<T extends SpecificRecordBase> {
    private static final int HEADER = 10;
    private static final int RELEASES = 3;
    private static final List<Schema> NEWEST = List.of(
            Frame.getClassSchema(),
            TokenFrame.getClassSchema(),
            FailedFrame.getClassSchema(),
            CameraStatus.getClassSchema(),
            ActionScores.getClassSchema(),
            ActionEvent.getClassSchema(),
            Surprise.getClassSchema(),
            AnomalyEvent.getClassSchema(),
            ArchiveSegment.getClassSchema(),
            ArchiveDeletion.getClassSchema(),
            TokenSequence.getClassSchema(),
            ControlCommand.getClassSchema(),
            ControlReport.getClassSchema());

    static {
        trustOwnClasses();
    }

    private final Schema schema;
    private final byte[] header;
    private final SpecificDatumWriter<T> writer;
    private final Map<Long, SpecificDatumReader<T>> readers = new HashMap<>();
    private BinaryDecoder decoder;
    private BinaryEncoder encoder;

    private SingleObject(Schema schema) {
        this.schema = schema;
        header = ByteBuffer.allocate(HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0xC3)
                .put((byte) 1)
                .putLong(fingerprint(schema))
                .array();
        writer = new SpecificDatumWriter<>(schema);
        for (Schema written : released(schema.getName())) {
            readers.put(fingerprint(written), new SpecificDatumReader<>(written, schema));
        }
        readers.put(fingerprint(schema), new SpecificDatumReader<>(schema, schema));
    }

    /** Avro makes only classes that it was told to trust: these records. */
    private static void trustOwnClasses() {
        ClassSecurityPredicate known = ClassSecurityValidator.getGlobal();
        ClassSecurityPredicate own = type -> type.getPackage() == SingleObject.class.getPackage();
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(known, own));
    }

    /** The newest version of the records' schema. */
    public Schema schema() {
        return schema;
    }

    public static SingleObject<Frame> frames() {
        return new SingleObject<>(Frame.getClassSchema());
    }

    public static SingleObject<TokenFrame> tokenFrames() {
        return new SingleObject<>(TokenFrame.getClassSchema());
    }

    public static SingleObject<FailedFrame> failedFrames() {
        return new SingleObject<>(FailedFrame.getClassSchema());
    }

    public static SingleObject<CameraStatus> cameraStatus() {
        return new SingleObject<>(CameraStatus.getClassSchema());
    }

    public static SingleObject<ActionScores> actionScores() {
        return new SingleObject<>(ActionScores.getClassSchema());
    }

    public static SingleObject<ActionEvent> actionEvents() {
        return new SingleObject<>(ActionEvent.getClassSchema());
    }

    public static SingleObject<Surprise> surprises() {
        return new SingleObject<>(Surprise.getClassSchema());
    }

    public static SingleObject<AnomalyEvent> anomalyEvents() {
        return new SingleObject<>(AnomalyEvent.getClassSchema());
    }

    public static SingleObject<ArchiveSegment> archiveSegments() {
        return new SingleObject<>(ArchiveSegment.getClassSchema());
    }

    public static SingleObject<ArchiveDeletion> archiveDeletions() {
        return new SingleObject<>(ArchiveDeletion.getClassSchema());
    }

    public static SingleObject<TokenSequence> tokenSequences() {
        return new SingleObject<>(TokenSequence.getClassSchema());
    }

    public static SingleObject<ControlCommand> controlCommands() {
        return new SingleObject<>(ControlCommand.getClassSchema());
    }

    public static SingleObject<ControlReport> controlReports() {
        return new SingleObject<>(ControlReport.getClassSchema());
    }

    /** Reads token frames from Avro containers; made here, where Avro has been told to trust the class. */
    public static SpecificDatumReader<TokenFrame> tokenFrameReader() {
        return new SpecificDatumReader<>(TokenFrame.class);
    }

    /** Every version of a record's schema that was ever released, oldest first. */
    public static List<Schema> released(String record) {
        List<Schema> schemas = new ArrayList<>();
        for (int version = 1; version <= RELEASES; version++) {
            String name = "/released/v" + version + "/" + record + ".avsc";
            try (InputStream in = SingleObject.class.getResourceAsStream(name)) {
                if (in != null) {
                    schemas.add(new Schema.Parser().parse(in));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + name, e);
            }
        }
        return schemas;
    }

    /** The newest schema of each record. */
    static List<Schema> newest() {
        return NEWEST;
    }

    /** Every schema of a record, of released versions and the newest, by the fingerprint that single objects begin with. */
    public static Map<Long, Schema> schemas() {
        return Known.SCHEMAS;
    }

    /** Read when somebody asks: most who read and write records do not. */
    private static final class Known {
        static final Map<Long, Schema> SCHEMAS = all();

        private static Map<Long, Schema> all() {
            Map<Long, Schema> schemas = new HashMap<>();
            for (Schema newest : NEWEST) {
                released(newest.getName()).forEach(schema -> schemas.put(fingerprint(schema), schema));
                schemas.put(fingerprint(newest), newest);
            }
            return Map.copyOf(schemas);
        }
    }

    private static long fingerprint(Schema schema) {
        return SchemaNormalization.parsingFingerprint64(schema);
    }

    public byte[] encode(T record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        out.writeBytes(header);
        try {
            encoder = EncoderFactory.get().binaryEncoder(out, encoder);
            writer.write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Reads a record.
     *
     * @param bytes a record's value as Kafka gives it: null in a tombstone
     * @throws IOException saying what was found and expected, for anything but one whole record of a released schema
     */
    public T decode(byte[] bytes) throws IOException {
        if (bytes == null) {
            throw new IOException(
                    "found no value (a tombstone), expected an Avro single object of " + schema.getFullName());
        }
        if (bytes.length > Integer.BYTES && bytes[0] == 0) {
            throw new IOException("found a record in the wire format of Confluent's registry, of schema "
                    + ByteBuffer.wrap(bytes).getInt(1) + " that is not known here; expected an Avro single object of "
                    + schema.getFullName() + ", or record.registry.url to be that of the registry");
        }
        if (bytes.length < HEADER || bytes[0] != header[0] || bytes[1] != header[1]) {
            throw new IOException("found " + bytes.length + " bytes without the header C3 01, expected an Avro single"
                    + " object of " + schema.getFullName());
        }
        long fingerprint = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
        SpecificDatumReader<T> reader = readers.get(fingerprint);
        if (reader == null) {
            throw new IOException("found schema fingerprint " + Long.toHexString(fingerprint)
                    + ", expected a released version of " + schema.getFullName()
                    + "; upgrade the reader if the writer is newer");
        }
        try {
            decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, decoder);
            T record = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new IOException("found bytes after the record, expected one " + schema.getFullName());
            }
            return record;
        } catch (RuntimeException e) {
            throw new IOException(
                    "found bytes that are no " + schema.getFullName() + " of that schema: " + e.getMessage(), e);
        }
    }
}

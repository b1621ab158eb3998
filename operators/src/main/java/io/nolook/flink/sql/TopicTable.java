package io.nolook.flink.sql;

import io.nolook.schema.SingleObject;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** The tables, each a topic of records of one schema. */
enum TopicTable {
    FRAMES(SingleObject::frames),
    TOKENS(SingleObject::tokenFrames),
    GENERATED(SingleObject::tokenFrames),
    DECODED_FRAMES(SingleObject::frames),
    ACTION_SCORES(SingleObject::actionScores),
    ACTIONS(SingleObject::actionEvents),
    SURPRISE(SingleObject::surprises),
    ANOMALIES(SingleObject::anomalyEvents),
    ARCHIVE(SingleObject::archiveSegments),
    ARCHIVE_DELETIONS(SingleObject::archiveDeletions),
    SEQUENCES(SingleObject::tokenSequences),
    CAMERA_STATUS(SingleObject::cameraStatus),
    CONTROL(SingleObject::controlCommands),
    CONTROL_STATUS(SingleObject::controlReports),
    DEAD_LETTERS(SingleObject::failedFrames);

    private final Schema schema;
    private final Supplier<SingleObject<? extends SpecificRecordBase>> format;

    TopicTable(Supplier<SingleObject<? extends SpecificRecordBase>> format) {
        this.format = format;
        schema = format.get().schema();
    }

    /** Name of the table. */
    String table() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The topic, where an option says no other. */
    String topic() {
        return table().replace('_', '-');
    }

    /** Newest schema of its records. */
    Schema schema() {
        return schema;
    }

    /** Reads every released version of its records; for one thread. */
    SingleObject<? extends SpecificRecordBase> format() {
        return format.get();
    }

    /**
     * A table whose records have a name.
     *
     * @throws IllegalArgumentException when there is none
     */
    static TopicTable ofRecord(String name) {
        return Arrays.stream(values())
                .filter(table -> table.schema.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(RecordFormatFactory.IDENTIFIER + "."
                        + RecordFormatFactory.RECORD.key() + ": found " + name + ", expected one of "
                        + Arrays.stream(values())
                                .map(table -> table.schema.getName())
                                .distinct()
                                .sorted()
                                .collect(Collectors.joining(", "))));
    }
}

package io.nolook.kafka;

import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.IsolationLevel;

/** All records of a topic, read to its present end and held in memory. */
public final class TopicRecords {

    private TopicRecords() {}

    /**
     * Reads a topic.
     *
     * @throws UncheckedIOException when a record is of another format
     */
    public static <T extends SpecificRecordBase> List<T> read(
            KafkaSettings kafka, String topic, IsolationLevel isolation, SingleObject<T> format) {
        List<T> records = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka, topic, isolation)) {
            reader.readToEnd(record -> {
                try {
                    records.add(format.decode(record.value()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return records;
    }

    /** The committed token frames of a topic by camera, each camera's in order. */
    public static Map<String, List<TokenFrame>> tokens(KafkaSettings kafka, String topic) {
        Map<String, List<TokenFrame>> tokens = new TreeMap<>();
        read(kafka, topic, IsolationLevel.READ_COMMITTED, SingleObject.tokenFrames())
                .forEach(frame -> tokens.computeIfAbsent(frame.getCamera(), camera -> new ArrayList<>())
                        .add(frame));
        return tokens;
    }
}

package io.nolook.kafka;

import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.IsolationLevel;

/** All records of a topic, read to its present end. */
public final class TopicRecords {

    private TopicRecords() {}

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
}

package io.nolook.kafka;

import io.nolook.record.ReceivedRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Kafka's records as the operators take them. */
public final class ReceivedRecords {

    private ReceivedRecords() {}

    /** The record as it is, nothing decoded. */
    public static ReceivedRecord of(ConsumerRecord<byte[], byte[]> record) {
        return of(record, record.value());
    }

    /** The same with its value as an Avro single object. */
    static ReceivedRecord of(ConsumerRecord<byte[], byte[]> record, byte[] value) {
        List<ReceivedRecord.Header> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new ReceivedRecord.Header(header.key(), header.value()));
        }
        return new ReceivedRecord(
                record.topic(), record.partition(), record.offset(), record.timestamp(), record.key(), value, headers);
    }
}

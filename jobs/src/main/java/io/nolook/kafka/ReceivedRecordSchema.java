package io.nolook.kafka;

import io.nolook.flink.CodecTypeInfo;
import io.nolook.flink.ReceivedRecord;
import io.nolook.flink.ReceivedRecordCodec;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Takes records as they are: nothing can fail before it may become a dead letter. */
final class ReceivedRecordSchema implements KafkaRecordDeserializationSchema<ReceivedRecord> {
    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ReceivedRecord> out) {
        List<ReceivedRecord.Header> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new ReceivedRecord.Header(header.key(), header.value()));
        }
        out.collect(new ReceivedRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                headers));
    }

    @Override
    public TypeInformation<ReceivedRecord> getProducedType() {
        return new CodecTypeInfo<>(new ReceivedRecordCodec());
    }
}

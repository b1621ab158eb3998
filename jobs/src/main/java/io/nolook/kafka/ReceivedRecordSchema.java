package io.nolook.kafka;

import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.ReceivedRecordCodec;
import io.nolook.record.ReceivedRecord;
import io.nolook.registry.WireFormat;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes records as they are: nothing can fail before it may become a dead letter. */
final class ReceivedRecordSchema implements KafkaRecordDeserializationSchema<ReceivedRecord> {
    private static final long serialVersionUID = 1;

    private final WireFormat wire;

    ReceivedRecordSchema(WireFormat wire) {
        this.wire = wire;
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ReceivedRecord> out) {
        out.collect(ReceivedRecords.of(record, wire.incoming(record.value())));
    }

    @Override
    public TypeInformation<ReceivedRecord> getProducedType() {
        return new CodecTypeInfo<>(new ReceivedRecordCodec());
    }
}

package io.nolook.kafka;

import java.io.Serializable;
import java.util.Optional;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Records under a Kafka timestamp of our own choice.
 *
 * <p>Otherwise they are written under Flink's, which is the end of time for what a timer at the end of the input emits;
 * brokers refuse that.
 */
final class StampedRecordSchema<T> implements KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {
    private static final long serialVersionUID = 1;

    /** The Kafka timestamp of a record. */
    interface Stamp<T> extends Serializable {

        /** Milliseconds since 1970. */
        long of(T record, long nowMillis);
    }

    private final KafkaRecordSerializationSchema<T> plain;
    private final Stamp<T> stamp;

    /**
     * @param plain writes the record; the connector's own, which also names the topic
     */
    StampedRecordSchema(KafkaRecordSerializationSchema<T> plain, Stamp<T> stamp) {
        this.plain = plain;
        this.stamp = stamp;
    }

    @Override
    public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink) throws Exception {
        plain.open(context, sink);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(T value, KafkaSinkContext context, Long timestamp) {
        long time = stamp.of(value, System.currentTimeMillis());
        ProducerRecord<byte[], byte[]> record = plain.serialize(value, context, time);
        return new ProducerRecord<>(record.topic(), record.partition(), time, record.key(), record.value());
    }

    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return ((KafkaDatasetFacetProvider) plain).getKafkaDatasetFacet();
    }
}

package io.nolook.kafka;

import io.nolook.schema.ArchiveSegment;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Segments, keyed by camera, under the time that they begin at.
 *
 * <p>By these timestamps the broker finds where to seek to. Capture times are the camera's: those before 1970 or after
 * now are written as 1970 or now, which every broker accepts by default.
 */
final class ArchiveRecordSchema implements KafkaRecordSerializationSchema<ArchiveSegment>, KafkaDatasetFacetProvider {
    private static final long serialVersionUID = 1;

    private final KafkaRecordSerializationSchema<ArchiveSegment> plain;

    /**
     * @param plain writes segments under no time; the connector's own, which also names the topic
     */
    ArchiveRecordSchema(KafkaRecordSerializationSchema<ArchiveSegment> plain) {
        this.plain = plain;
    }

    @Override
    public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink) throws Exception {
        plain.open(context, sink);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(ArchiveSegment segment, KafkaSinkContext context, Long timestamp) {
        ProducerRecord<byte[], byte[]> record = plain.serialize(segment, context, timestamp);
        long time = timestamp(segment.getFirstCapturedAtMicros(), System.currentTimeMillis());
        return new ProducerRecord<>(record.topic(), record.partition(), time, record.key(), record.value());
    }

    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return ((KafkaDatasetFacetProvider) plain).getKafkaDatasetFacet();
    }

    /** Milliseconds since 1970, not before it and not after now. */
    static long timestamp(long capturedAtMicros, long nowMillis) {
        return Math.max(0, Math.min(nowMillis, TimeUnit.MICROSECONDS.toMillis(capturedAtMicros)));
    }
}

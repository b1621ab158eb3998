package io.nolook.kafka;

import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.schema.TokenSequence;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.util.function.SerializableSupplier;

/** How records of the outgoing topics become Kafka records. */
final class RecordSchemas {

    private RecordSchemas() {}

    /** Token frames, keyed by camera. */
    static KafkaRecordSerializationSchema<TokenFrame> tokenFrames(String topic) {
        SerializationSchema<TokenFrame> key = frame -> frame.getCamera().getBytes(StandardCharsets.UTF_8);
        return KafkaRecordSerializationSchema.<TokenFrame>builder()
                .setTopic(topic)
                .setKeySerializationSchema(key)
                .setValueSerializationSchema(new Value<>(SingleObject::tokenFrames))
                .build();
    }

    /**
     * Segments, keyed by camera, under the time that they begin at: by it the broker finds where to seek to.
     *
     * <p>Capture times are the camera's: those before 1970 or after now are written as 1970 or now, which every broker
     * accepts by default.
     */
    static KafkaRecordSerializationSchema<ArchiveSegment> archiveSegments(String topic) {
        SerializationSchema<ArchiveSegment> key = segment -> segment.getCamera().getBytes(StandardCharsets.UTF_8);
        return new StampedRecordSchema<>(
                KafkaRecordSerializationSchema.<ArchiveSegment>builder()
                        .setTopic(topic)
                        .setKeySerializationSchema(key)
                        .setValueSerializationSchema(new Value<>(SingleObject::archiveSegments))
                        .build(),
                (segment, now) -> clamped(segment.getFirstCapturedAtMicros(), now));
    }

    /** Milliseconds since 1970, not before it and not after now. */
    static long clamped(long capturedAtMicros, long nowMillis) {
        return Math.max(0, Math.min(nowMillis, TimeUnit.MICROSECONDS.toMillis(capturedAtMicros)));
    }

    /** Windows of sequences, keyed by camera, under the time that they are sent at. */
    static KafkaRecordSerializationSchema<TokenSequence> tokenSequences(String topic) {
        SerializationSchema<TokenSequence> key =
                sequence -> sequence.getCamera().getBytes(StandardCharsets.UTF_8);
        return new StampedRecordSchema<>(
                KafkaRecordSerializationSchema.<TokenSequence>builder()
                        .setTopic(topic)
                        .setKeySerializationSchema(key)
                        .setValueSerializationSchema(new Value<>(SingleObject::tokenSequences))
                        .build(),
                (sequence, now) -> now);
    }

    /** Dead letters, under the original's key. */
    static KafkaRecordSerializationSchema<FailedFrame> failedFrames(String topic) {
        SerializationSchema<FailedFrame> key = frame -> bytes(frame.getKey());
        return KafkaRecordSerializationSchema.<FailedFrame>builder()
                .setTopic(topic)
                .setKeySerializationSchema(key)
                .setValueSerializationSchema(new Value<>(SingleObject::failedFrames))
                .build();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** A record as an Avro single object. */
    private static final class Value<T extends SpecificRecordBase> implements SerializationSchema<T> {
        private static final long serialVersionUID = 1;

        private final SerializableSupplier<SingleObject<T>> open;
        private transient SingleObject<T> format;

        Value(SerializableSupplier<SingleObject<T>> open) {
            this.open = open;
        }

        @Override
        public byte[] serialize(T record) {
            if (format == null) {
                format = open.get();
            }
            return format.encode(record);
        }
    }
}

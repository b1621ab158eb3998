package io.nolook.kafka;

import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.util.function.SerializableSupplier;

/** How records of the outgoing topics become Kafka records. */
final class RecordSchemas {

    private RecordSchemas() {}

    /** Token frames, keyed by camera. */
    static KafkaRecordSerializationSchema<TokenFrame> tokenFrames(String topic) {
        return schema(topic, frame -> utf8(frame.getCamera()), SingleObject::tokenFrames);
    }

    /** Scores of a recognizer, keyed by camera. */
    static KafkaRecordSerializationSchema<ActionScores> actionScores(String topic) {
        return schema(topic, scores -> utf8(scores.getCamera()), SingleObject::actionScores);
    }

    /** Actions, keyed by camera. */
    static KafkaRecordSerializationSchema<ActionEvent> actionEvents(String topic) {
        return schema(topic, event -> utf8(event.getCamera()), SingleObject::actionEvents);
    }

    /** Dead letters, under the original's key. */
    static KafkaRecordSerializationSchema<FailedFrame> failedFrames(String topic) {
        return schema(topic, frame -> bytes(frame.getKey()), SingleObject::failedFrames);
    }

    private static <T extends SpecificRecordBase> KafkaRecordSerializationSchema<T> schema(
            String topic, SerializationSchema<T> key, SerializableSupplier<SingleObject<T>> format) {
        return KafkaRecordSerializationSchema.<T>builder()
                .setTopic(topic)
                .setKeySerializationSchema(key)
                .setValueSerializationSchema(new Value<>(format))
                .build();
    }

    private static byte[] utf8(String camera) {
        return camera.getBytes(StandardCharsets.UTF_8);
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

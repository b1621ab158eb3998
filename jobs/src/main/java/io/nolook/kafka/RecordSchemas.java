package io.nolook.kafka;

import io.nolook.record.OutgoingTokens;
import io.nolook.registry.WireFormat;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.ControlReport;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.Frame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.Surprise;
import io.nolook.schema.TokenFrame;
import io.nolook.schema.TokenSequence;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.util.function.SerializableSupplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** How records of the outgoing topics become Kafka records. */
final class RecordSchemas {
    private final WireFormat wire;

    /**
     * @param wire how they travel
     */
    RecordSchemas(WireFormat wire) {
        this.wire = wire;
    }

    /** Token frames with their headers, keyed by camera. */
    KafkaRecordSerializationSchema<OutgoingTokens> outgoingTokens(String topic) {
        return KafkaRecordSerializationSchema.<OutgoingTokens>builder()
                .setTopic(topic)
                .setKeySerializationSchema(new Camera())
                .setValueSerializationSchema(new Tokens(topic, wire))
                .setHeaderProvider(tokens -> headers(tokens.headers()))
                .build();
    }

    private static Headers headers(byte[] encoded) {
        Headers headers = new RecordHeaders();
        io.nolook.record.RecordHeaders.decode(encoded).forEach(header -> headers.add(header.key(), header.value()));
        return headers;
    }

    /** Token frames that belong to no frames, keyed by camera. */
    KafkaRecordSerializationSchema<TokenFrame> tokenFrames(String topic) {
        return schema(topic, frame -> utf8(frame.getCamera()), SingleObject::tokenFrames);
    }

    /** Frames, keyed by camera. */
    KafkaRecordSerializationSchema<Frame> frames(String topic) {
        return schema(topic, frame -> utf8(frame.getCamera()), SingleObject::frames);
    }

    /** Scores of a recognizer, keyed by camera. */
    KafkaRecordSerializationSchema<ActionScores> actionScores(String topic) {
        return schema(topic, scores -> utf8(scores.getCamera()), SingleObject::actionScores);
    }

    /** Actions, keyed by camera. */
    KafkaRecordSerializationSchema<ActionEvent> actionEvents(String topic) {
        return schema(topic, event -> utf8(event.getCamera()), SingleObject::actionEvents);
    }

    /** What a predictor says, keyed by camera. */
    KafkaRecordSerializationSchema<Surprise> surprises(String topic) {
        return schema(topic, surprise -> utf8(surprise.getCamera()), SingleObject::surprises);
    }

    /** Anomalies, keyed by camera. */
    KafkaRecordSerializationSchema<AnomalyEvent> anomalyEvents(String topic) {
        return schema(topic, event -> utf8(event.getCamera()), SingleObject::anomalyEvents);
    }

    /**
     * Segments, keyed by camera, under the time that they begin at: by it the broker finds where to seek to.
     *
     * <p>Capture times are the camera's: those before 1970 or after now are written as 1970 or now, which every broker
     * accepts by default.
     */
    KafkaRecordSerializationSchema<ArchiveSegment> archiveSegments(String topic) {
        return new StampedRecordSchema<>(
                schema(topic, segment -> utf8(segment.getCamera()), SingleObject::archiveSegments),
                (segment, now) -> clamped(segment.getFirstCapturedAtMicros(), now));
    }

    /** Milliseconds since 1970, not before it and not after now. */
    static long clamped(long capturedAtMicros, long nowMillis) {
        return Math.max(0, Math.min(nowMillis, TimeUnit.MICROSECONDS.toMillis(capturedAtMicros)));
    }

    /** Windows of sequences, keyed by camera, under the time that they are sent at. */
    KafkaRecordSerializationSchema<TokenSequence> tokenSequences(String topic) {
        return new StampedRecordSchema<>(
                schema(topic, sequence -> utf8(sequence.getCamera()), SingleObject::tokenSequences),
                (sequence, now) -> now);
    }

    /** Reports on commands, keyed by job. */
    KafkaRecordSerializationSchema<ControlReport> controlReports(String topic) {
        return schema(topic, report -> utf8(report.getJob()), SingleObject::controlReports);
    }

    /** Dead letters, under the original's key. */
    KafkaRecordSerializationSchema<FailedFrame> failedFrames(String topic) {
        return schema(topic, frame -> bytes(frame.getKey()), SingleObject::failedFrames);
    }

    private <T extends SpecificRecordBase> KafkaRecordSerializationSchema<T> schema(
            String topic, SerializationSchema<T> key, SerializableSupplier<SingleObject<T>> format) {
        return KafkaRecordSerializationSchema.<T>builder()
                .setTopic(topic)
                .setKeySerializationSchema(key)
                .setValueSerializationSchema(new Value<>(format, topic, wire))
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

    /** The camera of token frames; a class, as the connector looks for its type. */
    private static final class Camera implements SerializationSchema<OutgoingTokens> {
        private static final long serialVersionUID = 1;

        @Override
        public byte[] serialize(OutgoingTokens tokens) {
            return utf8(tokens.camera());
        }
    }

    /** Token frames as they travel. */
    private static final class Tokens implements SerializationSchema<OutgoingTokens> {
        private static final long serialVersionUID = 1;

        private final Value<TokenFrame> frames;

        Tokens(String topic, WireFormat wire) {
            frames = new Value<>(SingleObject::tokenFrames, topic, wire);
        }

        @Override
        public byte[] serialize(OutgoingTokens tokens) {
            return frames.serialize(tokens.frame());
        }
    }

    /** A record as it travels. */
    private static final class Value<T extends SpecificRecordBase> implements SerializationSchema<T> {
        private static final long serialVersionUID = 1;

        private final SerializableSupplier<SingleObject<T>> open;
        private final String topic;
        private final WireFormat wire;
        private transient SingleObject<T> format;

        Value(SerializableSupplier<SingleObject<T>> open, String topic, WireFormat wire) {
            this.open = open;
            this.topic = topic;
            this.wire = wire;
        }

        @Override
        public byte[] serialize(T record) {
            if (format == null) {
                format = open.get();
            }
            return wire.outgoing(topic, format.encode(record));
        }
    }
}

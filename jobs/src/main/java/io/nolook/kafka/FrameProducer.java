package io.nolook.kafka;

import io.nolook.schema.CameraStatus;
import io.nolook.schema.Frame;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.SingleObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.utils.Utils;

/**
 * Sends frames to the frames topic, idempotently and in order per camera, and how cameras are to the status topic.
 *
 * <p>One camera's frames come from one thread. A camera stays in one partition for the producer's life, though the topic may
 * grow meanwhile: frames that moved to another could be read before those that went before them.
 */
public final class FrameProducer implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final String statusTopic;
    private final ThreadLocal<SingleObject<Frame>> format = ThreadLocal.withInitial(SingleObject::frames);
    private final ThreadLocal<SingleObject<CameraStatus>> statusFormat =
            ThreadLocal.withInitial(SingleObject::cameraStatus);
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile int partitions;
    private volatile boolean doubtful;

    /**
     * @param maxRecordBytes largest record that may be sent
     */
    public FrameProducer(KafkaSettings settings, int maxRecordBytes) {
        this(settings, maxRecordBytes, Duration.ofMinutes(2));
    }

    /**
     * @param maxRecordBytes largest record that may be sent
     * @param patience how long a frame waits for the broker, unless {@code kafka.delivery.timeout.ms} says it
     */
    public FrameProducer(KafkaSettings settings, int maxRecordBytes, Duration patience) {
        Properties properties = settings.client();
        properties.putIfAbsent("delivery.timeout.ms", Long.toString(patience.toMillis()));
        properties.setProperty("enable.idempotence", "true");
        properties.setProperty("acks", "all");
        properties.setProperty("max.request.size", Integer.toString(maxRecordBytes));
        properties.putIfAbsent("linger.ms", "5");
        producer = RecordClients.producer(settings, properties);
        topic = settings.framesTopic();
        statusTopic = settings.cameraStatusTopic();
    }

    /** A frame is larger than the topic or the producer takes: it never will. */
    public static final class TooLargeException extends Exception {
        private static final long serialVersionUID = 1;

        TooLargeException(Exception cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Where a frame stands in its camera's stream. */
    public record Place(String camera, long epoch, long sequence, long capturedAtMicros) {}

    /**
     * Sends a coded picture; blocks while the producer's buffer is full.
     *
     * @throws IllegalStateException when an earlier frame could not be sent
     */
    public void send(Place place, FrameEncoding encoding, int width, int height, byte[] payload) {
        if (failure.get() != null) {
            throw new IllegalStateException("a frame could not be sent to topic " + topic, failure.get());
        }
        offer(place, encoding, width, height, payload, e -> {
            if (e.isPresent()) {
                failure.compareAndSet(null, e.get());
            }
        });
    }

    /**
     * Sends a coded picture, and tells what came of it; blocks while the producer's buffer is full.
     *
     * @param done is given why it could not be sent, or nothing once it is on the broker; on any thread
     * @throws KafkaException when there is no topic, or no room in time
     */
    public void offer(
            Place place,
            FrameEncoding encoding,
            int width,
            int height,
            byte[] payload,
            Consumer<Optional<Exception>> done) {
        Frame frame = new Frame(
                place.camera(),
                place.epoch(),
                place.sequence(),
                place.capturedAtMicros(),
                encoding,
                width,
                height,
                ByteBuffer.wrap(payload));
        byte[] key = place.camera().getBytes(StandardCharsets.UTF_8);
        try {
            producer.send(
                    new ProducerRecord<>(
                            topic, partitionOf(key), key, format.get().encode(frame)),
                    (metadata, e) -> done.accept(Optional.ofNullable(e).map(FrameProducer::told)));
        } catch (KafkaException e) {
            doubtful = true;
            throw e;
        }
    }

    private static Exception told(Exception e) {
        return e instanceof RecordTooLargeException ? new TooLargeException(e) : e;
    }

    /** As Kafka's own partitioner has it, of the partitions that there were at first. */
    private int partitionOf(byte[] key) {
        if (partitions == 0 || doubtful) {
            int now = producer.partitionsFor(topic).size();
            // a topic that was made again may have fewer; one that grew does not matter
            partitions = partitions == 0 ? now : Math.min(partitions, now);
            doubtful = false;
        }
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    /**
     * Says how a camera is; what cannot be sent is not told.
     *
     * @param status empty: the camera was taken out
     */
    public void tell(String camera, Optional<CameraStatus> status) {
        byte[] key = camera.getBytes(StandardCharsets.UTF_8);
        byte[] value = status.map(statusFormat.get()::encode).orElse(null);
        producer.send(new ProducerRecord<>(statusTopic, key, value));
    }

    /** Waits until all that was sent is on the broker. */
    public void flush() {
        producer.flush();
        if (failure.get() != null) {
            throw new IllegalStateException("a frame could not be sent to topic " + topic, failure.get());
        }
    }

    /** Gives up what the broker has not taken by then. */
    public void close(Duration most) {
        producer.close(most);
    }

    @Override
    public void close() {
        producer.close();
    }
}

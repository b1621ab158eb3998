package io.nolook.kafka;

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
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends frames to the frames topic, idempotently and in order per camera; one camera's frames from one thread. */
public final class FrameProducer implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final ThreadLocal<SingleObject<Frame>> format = ThreadLocal.withInitial(SingleObject::frames);
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /**
     * @param maxRecordBytes largest record that may be sent
     */
    public FrameProducer(KafkaSettings settings, int maxRecordBytes) {
        Properties properties = settings.client();
        properties.setProperty("enable.idempotence", "true");
        properties.setProperty("acks", "all");
        properties.setProperty("max.request.size", Integer.toString(maxRecordBytes));
        properties.putIfAbsent("linger.ms", "5");
        producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        topic = settings.framesTopic();
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
        producer.send(
                new ProducerRecord<>(topic, key, format.get().encode(frame)),
                (metadata, e) -> done.accept(Optional.ofNullable(e)));
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

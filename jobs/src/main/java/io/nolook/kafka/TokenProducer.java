package io.nolook.kafka;

import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends token frames to a topic, idempotently and in order; one thread. */
public final class TokenProducer implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final SingleObject<TokenFrame> format = SingleObject.tokenFrames();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    public TokenProducer(KafkaSettings settings, String topic) {
        Properties properties = settings.client();
        properties.setProperty("enable.idempotence", "true");
        properties.setProperty("acks", "all");
        properties.putIfAbsent("linger.ms", "5");
        producer = RecordClients.producer(settings, properties);
        this.topic = topic;
    }

    /**
     * Sends a token frame; blocks while the producer's buffer is full.
     *
     * @throws IllegalStateException when an earlier one could not be sent
     */
    public void send(TokenFrame frame) {
        byte[] key = frame.getCamera().getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, key, format.encode(frame)), (metadata, e) -> {
            if (e != null) {
                failure.compareAndSet(null, e);
            }
        });
        check();
    }

    /** Waits until all that was sent is on the broker. */
    public void flush() {
        producer.flush();
        check();
    }

    private void check() {
        if (failure.get() != null) {
            throw new IllegalStateException("a token frame could not be sent to topic " + topic, failure.get());
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}

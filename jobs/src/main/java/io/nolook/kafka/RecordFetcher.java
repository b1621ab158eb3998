package io.nolook.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Single committed records of a topic, by partition and offset; one thread. Connects when it is first asked. */
public final class RecordFetcher implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 5_000;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String FETCH_BYTES = Integer.toString(1 << 20); // or one record, if that is larger

    private final String topic;
    private final KafkaSettings settings;
    private final Properties properties;
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;

    public RecordFetcher(KafkaSettings settings, String topic) {
        this.settings = settings;
        this.topic = topic;
        properties = settings.consumer(IsolationLevel.READ_COMMITTED, "none");
        properties.setProperty("max.partition.fetch.bytes", FETCH_BYTES);
    }

    /**
     * The value of a record.
     *
     * @return empty when it is gone, or has no value
     * @throws IOException when no broker gives it within {@value #PATIENCE_MILLIS} ms
     */
    public Optional<byte[]> value(int partition, long offset) throws IOException {
        if (consumer == null) {
            consumer = RecordClients.consumer(settings, properties);
        }
        TopicPartition place = new TopicPartition(topic, partition);
        consumer.assign(List.of(place));
        consumer.seek(place, offset);
        long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        try {
            do {
                for (ConsumerRecord<byte[], byte[]> record : RecordClients.poll(consumer, POLL)) {
                    return Optional.ofNullable(record.offset() == offset ? record.value() : null);
                }
            } while (System.nanoTime() < until);
        } catch (org.apache.kafka.clients.consumer.InvalidOffsetException e) {
            return Optional.empty(); // deleted meanwhile
        } catch (KafkaException e) {
            throw new IOException(
                    "found record " + partition + "/" + offset + " of " + topic
                            + " that cannot be fetched, expected it: " + e.getMessage(),
                    e);
        }
        throw new IOException("found no broker that gives record " + partition + "/" + offset + " of " + topic
                + " within " + PATIENCE_MILLIS + " ms, expected one");
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
        }
    }
}

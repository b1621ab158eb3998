package io.nolook.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Reads all partitions of a topic from the beginning, without a group; one thread. */
public final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;

    public TopicReader(KafkaSettings settings, String topic, IsolationLevel isolation) {
        Properties properties = settings.consumer(isolation, "earliest");
        consumer = RecordClients.consumer(settings, properties);
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        } catch (RuntimeException e) {
            consumer.close(); // nobody else will
            throw e;
        }
    }

    /** Hands over what has arrived, waiting 100 ms at most; how many records that were. */
    public int poll(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        var records = RecordClients.poll(consumer, POLL);
        records.forEach(each);
        return records.count();
    }

    /** Goes to the first record of each partition that is not older, by Kafka's timestamp; to the end where none is. */
    public void seek(long timestampMillis) {
        Map<TopicPartition, Long> times = new HashMap<>();
        consumer.assignment().forEach(partition -> times.put(partition, Math.max(0, timestampMillis)));
        consumer.offsetsForTimes(times).forEach((partition, found) -> {
            if (found == null) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, found.offset());
            }
        });
    }

    /** Goes to the oldest record of each partition. */
    public void seekToBeginning() {
        consumer.seekToBeginning(consumer.assignment());
    }

    /** The offset that is read next, of each partition. */
    public Map<Integer, Long> positions() {
        Map<TopicPartition, Long> found = new HashMap<>();
        consumer.assignment().forEach(partition -> found.put(partition, consumer.position(partition)));
        return byPartition(found);
    }

    /** Reads on until the ends that the partitions have now. */
    public void readToEnd(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        readTo(ends(), each);
    }

    /** Reads on until these offsets, by partition, and hands over nothing from beyond them. */
    public void readTo(Map<Integer, Long> ends, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        readTo(ends, each, () -> true);
    }

    /**
     * Reads on until these offsets, by partition, and hands over nothing from beyond them.
     *
     * @param more is asked after every poll; what it stops is left unread
     */
    public void readTo(Map<Integer, Long> ends, Consumer<ConsumerRecord<byte[], byte[]>> each, BooleanSupplier more) {
        do {
            consumer.pause(consumer.assignment().stream()
                    .filter(partition -> isAt(partition, ends))
                    .toList());
            if (consumer.paused().size() == consumer.assignment().size()) {
                break;
            }
            poll(record -> {
                if (record.offset() < ends.getOrDefault(record.partition(), 0L)) {
                    each.accept(record);
                }
            });
        } while (more.getAsBoolean());
        consumer.resume(consumer.assignment());
    }

    private boolean isAt(TopicPartition partition, Map<Integer, Long> ends) {
        return consumer.position(partition) >= ends.getOrDefault(partition.partition(), 0L);
    }

    /** The offset after the last record of each partition. */
    public Map<Integer, Long> ends() {
        return byPartition(consumer.endOffsets(consumer.assignment()));
    }

    /** The offset of the oldest record of each partition: above 0 where retention has deleted some. */
    public Map<Integer, Long> beginnings() {
        return byPartition(consumer.beginningOffsets(consumer.assignment()));
    }

    private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
        Map<Integer, Long> found = new TreeMap<>();
        offsets.forEach((partition, offset) -> found.put(partition.partition(), offset));
        return found;
    }

    @Override
    public void close() {
        consumer.close();
    }
}

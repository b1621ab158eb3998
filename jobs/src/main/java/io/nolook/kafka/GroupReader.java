package io.nolook.kafka;

import io.nolook.record.ReceivedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Committed records of a topic, for a group that remembers what it has done: what was not said to be done comes again.
 *
 * <p>One thread. A group that is new begins with the next record. At most {@value #RECORDS} records are held.
 */
public final class GroupReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int RECORDS = 100;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, OffsetAndMetadata> handedOver = new HashMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> early = new ArrayList<>();

    public GroupReader(KafkaSettings settings, String topic, String group) {
        Properties properties = settings.consumer(IsolationLevel.READ_COMMITTED, "latest");
        properties.setProperty("group.id", group);
        properties.setProperty("max.poll.records", Integer.toString(RECORDS));
        consumer = RecordClients.consumer(settings, properties);
        consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                partitions.forEach(partition -> next(partition, consumer.position(partition)));
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                partitions.forEach(handedOver::remove);
                early.removeIf(record -> partitions.contains(new TopicPartition(record.topic(), record.partition())));
            }
        });
    }

    /** What has arrived, waiting 200 ms at most. */
    public List<ReceivedRecord> poll() {
        List<ReceivedRecord> records = new ArrayList<>();
        if (early.isEmpty()) {
            RecordClients.poll(consumer, POLL).forEach(early::add);
        }
        for (ConsumerRecord<byte[], byte[]> record : early) {
            next(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
            records.add(ReceivedRecords.of(record));
        }
        early.clear();
        return records;
    }

    private void next(TopicPartition partition, long offset) {
        handedOver.put(partition, new OffsetAndMetadata(offset));
    }

    /** Stays in the group for so long, while the records of the last poll take their time. */
    public void stay(long millis) {
        consumer.pause(consumer.assignment());
        RecordClients.poll(consumer, Duration.ofMillis(millis))
                .forEach(early::add); // of partitions that it got just now
        consumer.resume(consumer.paused());
    }

    /**
     * All records that were polled are done.
     *
     * @return why that was not remembered, so that they may come again; empty when it was
     */
    public Optional<String> done() {
        try {
            consumer.commitSync(handedOver);
            return Optional.empty();
        } catch (KafkaException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}

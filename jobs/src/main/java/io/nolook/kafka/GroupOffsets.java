package io.nolook.kafka;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How far the job's consumer group has come. */
public final class GroupOffsets {
    private static final long TIMEOUT_SECONDS = 30;

    private GroupOffsets() {}

    /**
     * Offsets on a topic, by partition, as of the last checkpoint that was told; partitions without one left out.
     */
    public static Map<Integer, Long> committed(KafkaSettings settings, String topic) throws InterruptedException {
        String group = settings.configuration().get(KafkaOptions.GROUP_ID);
        Map<TopicPartition, OffsetAndMetadata> found;
        try (Admin admin = Admin.create(settings.client())) {
            found = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw untold(group, e.getMessage(), e);
        } catch (TimeoutException e) {
            throw untold(group, "no answer within " + TIMEOUT_SECONDS + " s", e);
        }
        Map<Integer, Long> offsets = new TreeMap<>();
        found.forEach((partition, offset) -> {
            if (partition.topic().equals(topic) && offset != null) {
                offsets.put(partition.partition(), offset.offset());
            }
        });
        return offsets;
    }

    private static IllegalStateException untold(String group, String why, Exception cause) {
        return new IllegalStateException(
                KafkaOptions.GROUP_ID.key() + ": the broker did not tell the offsets of group " + group + ": " + why,
                cause);
    }
}

package io.nolook.replay;

import io.nolook.archive.SegmentException;
import io.nolook.archive.SegmentOutline;
import io.nolook.kafka.DeletionProducer;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.Topics;
import io.nolook.record.SegmentOutlines;
import io.nolook.schema.ArchiveDeletion;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;

/**
 * Deletes what is old from an archive, and says so first. One thread.
 *
 * <p>What goes is told in one transaction, and deleted then: one that ends in between leaves segments that are told to
 * be gone, and the next deletes them without telling again. Of the archive only what goes is read.
 */
public final class ArchiveExpiry {
    private final KafkaSettings kafka;
    private final SegmentOutlines outlines = new SegmentOutlines();

    public ArchiveExpiry(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /** What would go of each camera, by name; nothing is changed. */
    public List<ArchiveDeletions.Deleted> look(long olderThanMicros, long nowMicros) {
        return deleted(plan(ArchiveDeletions.read(kafka), olderThanMicros, nowMicros));
    }

    /**
     * Deletes it.
     *
     * @param olderThanMicros what was captured up to its end before this goes
     * @param nowMicros microseconds since 1970
     * @return what went of each camera, by name
     */
    public List<ArchiveDeletions.Deleted> run(long olderThanMicros, long nowMicros) {
        try (DeletionProducer told = new DeletionProducer(kafka)) {
            ArchiveDeletions before = ArchiveDeletions.read(kafka);
            ExpiryPlan plan = plan(before, olderThanMicros, nowMicros);
            List<ArchiveDeletion> deletions = plan.deletions();
            if (!deletions.isEmpty()) {
                told.send(deletions);
            }
            Topics.deleteBefore(kafka, kafka.archiveTopic(), offsets(before, plan));
            return deleted(plan);
        }
    }

    private static List<ArchiveDeletions.Deleted> deleted(ExpiryPlan plan) {
        return new ArchiveDeletions(plan.deletions()).cameras();
    }

    /** Of the plan, and what an earlier run told and did not come to. */
    private Map<Integer, Long> offsets(ArchiveDeletions before, ExpiryPlan plan) {
        Map<Integer, Long> offsets = new TreeMap<>();
        new ArchiveReader(kafka).beginnings().forEach((partition, begin) -> {
            if (before.before(partition) > begin) {
                offsets.put(partition, before.before(partition));
            }
        });
        offsets.putAll(plan.befores());
        return offsets;
    }

    private ExpiryPlan plan(ArchiveDeletions before, long olderThanMicros, long nowMicros) {
        ExpiryPlan plan = new ExpiryPlan(kafka.archiveTopic(), olderThanMicros, nowMicros);
        try (TopicReader reader = new TopicReader(kafka, kafka.archiveTopic(), IsolationLevel.READ_COMMITTED)) {
            Map<Integer, Long> ends = new HashMap<>(reader.ends());
            reader.readTo(ends, record -> {
                boolean told = record.offset() < before.before(record.partition());
                if (!told && !plan.offer(read(record))) {
                    ends.put(record.partition(), record.offset()); // no further in this partition
                }
            });
        }
        return plan;
    }

    private ExpiryPlan.Read read(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        return new ExpiryPlan.Read(
                record.partition(),
                record.offset(),
                record.key() == null ? "unknown" : new String(record.key(), StandardCharsets.UTF_8),
                record.timestamp(),
                value.length,
                outline(value));
    }

    private Optional<SegmentOutline> outline(byte[] value) {
        try {
            return Optional.of(outlines.read(value));
        } catch (SegmentException e) {
            return Optional.empty();
        }
    }
}

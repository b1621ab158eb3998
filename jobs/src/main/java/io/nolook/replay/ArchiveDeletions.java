package io.nolook.replay;

import io.nolook.archive.SegmentOutline;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.schema.ArchiveDeletion;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.IsolationLevel;

/** What was deleted from an archive because it was old: readers tell it from what was lost. */
public final class ArchiveDeletions {

    /**
     * What was deleted of one camera.
     *
     * @param camera id
     * @param segments how many
     * @param tokenFrames in them
     * @param bytes of all its records
     * @param damaged records that could not be read
     * @param firstCapturedAtMicros where the first segment begins; 0 without any
     * @param lastCapturedAtMicros where the last one ends; 0 without any
     */
    public record Deleted(
            String camera,
            long segments,
            long tokenFrames,
            long bytes,
            long damaged,
            long firstCapturedAtMicros,
            long lastCapturedAtMicros) {

        static Deleted of(ArchiveDeletion deletion) {
            return new Deleted(
                    deletion.getCamera(),
                    deletion.getSegments(),
                    deletion.getTokenFrames(),
                    deletion.getBytes(),
                    deletion.getDamaged(),
                    deletion.getFirstCapturedAtMicros(),
                    deletion.getLastCapturedAtMicros());
        }

        private Deleted plus(Deleted more) {
            boolean none = segments == 0;
            return new Deleted(
                    camera,
                    segments + more.segments,
                    tokenFrames + more.tokenFrames,
                    bytes + more.bytes,
                    damaged + more.damaged,
                    none || more.segments > 0 && more.firstCapturedAtMicros < firstCapturedAtMicros
                            ? more.firstCapturedAtMicros
                            : firstCapturedAtMicros,
                    Math.max(lastCapturedAtMicros, more.lastCapturedAtMicros));
        }
    }

    /** Which token frame follows the last one that was deleted. */
    private record End(String camera, long epoch, long clip, int nextPosition) {}

    private final Map<String, Deleted> cameras = new TreeMap<>();
    private final Map<Integer, Long> befores = new HashMap<>();
    private final Set<End> ends = new HashSet<>();

    ArchiveDeletions(List<ArchiveDeletion> deletions) {
        for (ArchiveDeletion each : deletions) {
            cameras.merge(each.getCamera(), Deleted.of(each), Deleted::plus);
            befores.merge(each.getPartition(), each.getBeforeOffset(), Math::max);
            ends.add(new End(each.getCamera(), each.getLastEpoch(), each.getLastClip(), each.getNextPosition()));
        }
    }

    /**
     * Reads what was told of the archive.
     *
     * @throws UncheckedIOException naming the record that tells nothing of it
     */
    public static ArchiveDeletions read(KafkaSettings kafka) {
        SingleObject<ArchiveDeletion> format = SingleObject.archiveDeletions();
        List<ArchiveDeletion> deletions = new ArrayList<>();
        try (TopicReader reader =
                new TopicReader(kafka, kafka.archiveDeletionsTopic(), IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(record -> {
                try {
                    ArchiveDeletion deletion = format.decode(record.value());
                    if (deletion.getTopic().equals(kafka.archiveTopic())) {
                        deletions.add(deletion);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(
                            record.topic() + " " + record.partition() + "/" + record.offset() + ": " + e.getMessage(),
                            e);
                }
            });
        }
        return new ArchiveDeletions(deletions);
    }

    /** By name. */
    public List<Deleted> cameras() {
        return List.copyOf(cameras.values());
    }

    /** Of a camera, if anything. */
    public Optional<Deleted> of(String camera) {
        return Optional.ofNullable(cameras.get(camera));
    }

    /** Whether the first segment that is left follows one that was deleted. */
    boolean precede(SegmentOutline left) {
        return ends.contains(new End(
                left.head().camera(),
                left.head().epoch(),
                left.head().clip(),
                left.extent().firstPosition()));
    }

    /** The offset before which all records of a partition were to be deleted; 0 where none was. */
    long before(int partition) {
        return befores.getOrDefault(partition, 0L);
    }
}

package io.nolook.replay;

import io.nolook.archive.SegmentOutline;
import io.nolook.schema.ArchiveDeletion;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What of an archive is old enough to go: of each partition, all before its first segment that stays.
 *
 * <p>Kafka deletes from the front of a partition only, and cameras share partitions: what is old but behind something
 * that stays waits for it.
 */
final class ExpiryPlan {

    /**
     * A record of the archive.
     *
     * @param camera that its key names
     * @param timestampMillis Kafka's, which stands in for the capture time where the record cannot be read
     * @param bytes of its value
     * @param outline empty where it cannot be read
     */
    record Read(
            int partition,
            long offset,
            String camera,
            long timestampMillis,
            int bytes,
            Optional<SegmentOutline> outline) {}

    private record Place(int partition, String camera) {}

    private final String topic;
    private final long olderThanMicros;
    private final long nowMicros;
    private final Map<Place, ArchiveDeletion> going =
            new TreeMap<>(Comparator.comparing(Place::camera).thenComparing(Place::partition));
    private final Map<Integer, Long> befores = new TreeMap<>();
    private final Set<Integer> staying = new HashSet<>();

    /**
     * @param topic of the archive
     * @param olderThanMicros what was captured up to its end before this may go
     * @param nowMicros when this is decided, microseconds since 1970
     */
    ExpiryPlan(String topic, long olderThanMicros, long nowMicros) {
        this.topic = topic;
        this.olderThanMicros = olderThanMicros;
        this.nowMicros = nowMicros;
    }

    /**
     * Takes the next record of its partition.
     *
     * @return whether it goes; after one that stays, all of its partition stay
     */
    boolean offer(Read read) {
        long ends = read.outline()
                .map(outline -> outline.extent().lastCapturedAtMicros())
                .orElse(read.timestampMillis() * 1000);
        if (staying.contains(read.partition()) || ends >= olderThanMicros) {
            staying.add(read.partition());
            return false;
        }
        befores.put(read.partition(), read.offset() + 1);
        ArchiveDeletion deletion = going.computeIfAbsent(new Place(read.partition(), read.camera()), this::empty);
        deletion.setBytes(deletion.getBytes() + read.bytes());
        read.outline()
                .ifPresentOrElse(
                        outline -> add(deletion, outline), () -> deletion.setDamaged(deletion.getDamaged() + 1));
        return true;
    }

    private ArchiveDeletion empty(Place place) {
        return ArchiveDeletion.newBuilder()
                .setCamera(place.camera())
                .setTopic(topic)
                .setPartition(place.partition())
                .setBeforeOffset(0)
                .setDeletedAtMicros(nowMicros)
                .setOlderThanMicros(olderThanMicros)
                .setSegments(0)
                .setTokenFrames(0)
                .setBytes(0)
                .setDamaged(0)
                .setFirstCapturedAtMicros(0)
                .setLastCapturedAtMicros(0)
                .setLastEpoch(0)
                .setLastClip(0)
                .setNextPosition(0)
                .build();
    }

    private static void add(ArchiveDeletion deletion, SegmentOutline outline) {
        long first = outline.extent().firstCapturedAtMicros();
        boolean none = deletion.getSegments() == 0;
        deletion.setFirstCapturedAtMicros(none ? first : Math.min(first, deletion.getFirstCapturedAtMicros()));
        deletion.setLastCapturedAtMicros(
                Math.max(outline.extent().lastCapturedAtMicros(), deletion.getLastCapturedAtMicros()));
        deletion.setSegments(deletion.getSegments() + 1);
        deletion.setTokenFrames(deletion.getTokenFrames() + outline.extent().tokenFrames());
        deletion.setLastEpoch(outline.head().epoch());
        deletion.setLastClip(outline.head().clip());
        deletion.setNextPosition(
                outline.extent().firstPosition() + outline.extent().tokenFrames());
    }

    /** By partition: the offset before which all records go, where any does. */
    Map<Integer, Long> befores() {
        return new TreeMap<>(befores);
    }

    /** What goes, by camera. */
    List<ArchiveDeletion> deletions() {
        going.values().forEach(deletion -> deletion.setBeforeOffset(befores.get(deletion.getPartition())));
        return List.copyOf(going.values());
    }
}

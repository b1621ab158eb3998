package io.nolook.page.timeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the segments of each camera lie in time, the newest ones, as many as fit into given bytes. Any thread.
 */
public final class Timeline {
    /** Longest time without a frame that is not told as a hole: cameras of one picture in a few seconds have none. */
    public static final long HOLE_MICROS = 5_000_000;

    private static final String ROUTINE = "INTERVAL";
    private static final int MOST_MARKS = 500;

    private final int most;
    private final Map<String, NavigableMap<Long, ArchivedSegment>> cameras = new TreeMap<>();
    private final Deque<ArchivedSegment> oldest = new ArrayDeque<>();
    private long forgottenToMicros;

    /**
     * A moment of a camera.
     *
     * @param segments of one clip, each following on the one before, the last one holding the moment; empty where nothing was captured
     * @param beforeMicros end of what was captured before, 0 without any
     * @param afterMicros beginning of what was captured after, 0 without any
     */
    public record Moment(List<ArchivedSegment> segments, long beforeMicros, long afterMicros) {}

    /**
     * A place in a camera's time.
     *
     * @param fromMillis its beginning
     * @param toMillis its end
     * @param reason why there is nothing, or why a clip begins
     * @param missing frames, where they are recorded as missing
     */
    public record Mark(long fromMillis, long toMillis, String reason, long missing) {}

    /**
     * A camera's share of a stretch of time.
     *
     * @param camera id
     * @param segments that reach into the stretch
     * @param bytes of their records
     * @param covered how much of each of the stretch's even parts was captured, 0 to 1
     * @param holes where nothing was captured, at most the first {@value Timeline#MOST_MARKS}
     * @param keyframes where clips begin for another reason than their length, at most the first
     *     {@value Timeline#MOST_MARKS}
     */
    public record Row(
            String camera, long segments, long bytes, float[] covered, List<Mark> holes, List<Mark> keyframes) {}

    /**
     * @param maxBytes of heap, estimated; the oldest segments are forgotten beyond it
     */
    public Timeline(long maxBytes) {
        most = (int) Math.max(1, Math.min(Integer.MAX_VALUE, maxBytes / ArchivedSegment.HEAP_BYTES));
    }

    /** Takes the next segment of the archive; one that is known already is replaced. */
    public synchronized void add(ArchivedSegment segment) {
        ArchivedSegment before = cameras.computeIfAbsent(segment.camera(), camera -> new TreeMap<>())
                .put(segment.fromMicros(), segment);
        if (before != null) {
            oldest.remove(before);
        }
        oldest.addLast(segment);
        if (oldest.size() > most) {
            ArchivedSegment gone = oldest.removeFirst();
            NavigableMap<Long, ArchivedSegment> row = cameras.get(gone.camera());
            row.remove(gone.fromMicros());
            if (row.isEmpty()) {
                cameras.remove(gone.camera());
            }
            forgottenToMicros = Math.max(forgottenToMicros, gone.toMicros());
        }
    }

    /** From when on nothing was forgotten, milliseconds since 1970; 0 when nothing ever was. */
    public synchronized long forgottenToMillis() {
        return forgottenToMicros / 1000;
    }

    /** Cameras that are known, by id. */
    public synchronized List<String> cameras() {
        return List.copyOf(cameras.keySet());
    }

    /** How many segments are known. */
    public synchronized int size() {
        return oldest.size();
    }

    /** The end of what was captured last of all cameras, milliseconds since 1970; 0 without any. */
    public synchronized long newestMillis() {
        return cameras.values().stream()
                        .mapToLong(row -> row.lastEntry().getValue().toMicros())
                        .max()
                        .orElse(0)
                / 1000;
    }

    /**
     * What a picture of a moment needs.
     *
     * @param holdMicros how long after it a frame is still what the camera saw
     */
    public synchronized Moment moment(String camera, long atMicros, long holdMicros) {
        NavigableMap<Long, ArchivedSegment> row = cameras.getOrDefault(camera, new TreeMap<>());
        Map.Entry<Long, ArchivedSegment> at = row.floorEntry(atMicros);
        Map.Entry<Long, ArchivedSegment> after = row.higherEntry(atMicros);
        long afterMicros = after == null ? 0 : after.getKey();
        if (at == null) {
            return new Moment(List.of(), 0, afterMicros);
        }
        long before = at.getValue().toMicros();
        boolean holds = atMicros <= before + holdMicros;
        return new Moment(holds ? back(row, at.getValue()) : List.of(), before, afterMicros);
    }

    /** A segment and those of its clip that are known without a hole before it. */
    private static List<ArchivedSegment> back(NavigableMap<Long, ArchivedSegment> row, ArchivedSegment last) {
        Deque<ArchivedSegment> found = new ArrayDeque<>(List.of(last));
        for (ArchivedSegment earlier :
                row.headMap(last.fromMicros(), false).descendingMap().values()) {
            if (!found.getFirst().follows(earlier)) {
                break;
            }
            found.addFirst(earlier);
        }
        return List.copyOf(found);
    }

    /** The segments of a camera that reach into a stretch of time, and those of the first one's clip before it. */
    public synchronized List<ArchivedSegment> between(String camera, long fromMicros, long toMicros) {
        NavigableMap<Long, ArchivedSegment> row = cameras.getOrDefault(camera, new TreeMap<>());
        List<ArchivedSegment> found = new ArrayList<>();
        for (ArchivedSegment segment : in(row, fromMicros, toMicros)) {
            found.addAll(found.isEmpty() ? back(row, segment) : List.of(segment));
        }
        return found;
    }

    private static List<ArchivedSegment> in(NavigableMap<Long, ArchivedSegment> row, long fromMicros, long toMicros) {
        Map.Entry<Long, ArchivedSegment> first = row.floorEntry(fromMicros);
        long from = first == null ? fromMicros : first.getKey();
        return from > toMicros
                ? List.of()
                : row.subMap(from, true, toMicros, true).values().stream()
                        .filter(segment -> segment.toMicros() >= fromMicros)
                        .toList();
    }

    /**
     * A camera's share of a stretch of time.
     *
     * @param parts into which the stretch is divided, at least 1
     */
    public synchronized Row row(String camera, long fromMicros, long toMicros, int parts) {
        NavigableMap<Long, ArchivedSegment> row = cameras.getOrDefault(camera, new TreeMap<>());
        float[] covered = new float[parts];
        double part = (toMicros - fromMicros) / (double) parts;
        List<Mark> holes = new ArrayList<>();
        List<Mark> keyframes = new ArrayList<>();
        long bytes = 0;
        long count = 0;
        Map.Entry<Long, ArchivedSegment> earlier = row.lowerEntry(fromMicros);
        Optional<ArchivedSegment> before = Optional.ofNullable(earlier).map(Map.Entry::getValue);
        for (ArchivedSegment segment : in(row, fromMicros, toMicros)) {
            cover(covered, part, segment.fromMicros() - fromMicros, segment.toMicros() - fromMicros);
            bytes += segment.bytes();
            count++;
            long since = before.map(ArchivedSegment::toMicros).orElse(segment.fromMicros());
            String reason = segment.begins().orElse("");
            if (segment.fromMicros() - since > HOLE_MICROS && holes.size() < MOST_MARKS) {
                holes.add(new Mark(since / 1000, segment.fromMicros() / 1000, reason, segment.missing()));
            }
            if (!reason.isEmpty() && !reason.equals(ROUTINE) && keyframes.size() < MOST_MARKS) {
                long at = segment.fromMicros() / 1000;
                keyframes.add(new Mark(at, at, reason, segment.missing()));
            }
            before = Optional.of(segment);
        }
        return new Row(camera, count, bytes, covered, holes, keyframes);
    }

    private static void cover(float[] covered, double part, long from, long to) {
        int first = (int) Math.max(0, Math.floor(from / part));
        int last = (int) Math.min(covered.length - 1L, Math.floor(to / part));
        for (int i = first; i <= last; i++) {
            double share = (Math.min(to, (i + 1) * part) - Math.max(from, i * part)) / part;
            covered[i] = (float) Math.min(1, covered[i] + Math.max(0, share));
        }
    }
}

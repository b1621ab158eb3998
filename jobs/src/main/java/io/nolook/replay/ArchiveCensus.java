package io.nolook.replay;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentException;
import io.nolook.archive.SegmentOutline;
import io.nolook.window.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Counts what an archive holds, by camera, and what is wrong with it. */
public final class ArchiveCensus implements ArchiveReader.Each, ArchiveReader.EachOutline {
    private static final int MOST_EXAMPLES = 100;

    /** Looks into a segment whose checksum is right. */
    @FunctionalInterface
    public interface Check {
        /**
         * @throws SegmentException naming the segment, and what was found
         */
        void check(CodedSegment segment) throws SegmentException;
    }

    /**
     * One camera.
     *
     * @param camera id
     * @param segments how many
     * @param tokenFrames how many
     * @param frames real ones that they stand for
     * @param firstCapturedAtMicros earliest
     * @param lastCapturedAtMicros latest
     * @param missingFrames recorded as missing
     * @param holes places where token frames are missing that nobody recorded
     * @param packedBytes of its tokens, bit-packed
     * @param codedBytes of tables and payloads; 0 where only outlines were read
     * @param recordBytes of whole records
     * @param tokenizers that made the tokens
     * @param codecs segments by codec number
     */
    public record Camera(
            String camera,
            long segments,
            long tokenFrames,
            long frames,
            long firstCapturedAtMicros,
            long lastCapturedAtMicros,
            long missingFrames,
            long holes,
            long packedBytes,
            long codedBytes,
            long recordBytes,
            Set<String> tokenizers,
            Map<Integer, Long> codecs) {}

    private static final class Count {
        long segments;
        long tokenFrames;
        long frames;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        long missing;
        long holes;
        long packed;
        long coded;
        long records;
        final Set<String> tokenizers = new TreeSet<>();
        final Map<Integer, Long> codecs = new TreeMap<>();

        @Nullable
        SegmentOutline newest;
    }

    private final Check check;
    private final ArchiveDeletions deletions;
    private final Map<String, Count> counts = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private long faultCount;

    /**
     * Leaves it at the checksums.
     *
     * @param deletions what was deleted because it was old
     */
    public ArchiveCensus(ArchiveDeletions deletions) {
        this(segment -> {}, deletions);
    }

    /**
     * @param check what segments must stand beside their checksums
     * @param deletions what was deleted because it was old
     */
    public ArchiveCensus(Check check, ArchiveDeletions deletions) {
        this.check = check;
        this.deletions = deletions;
    }

    /**
     * Looks for partitions whose oldest records are gone, and nobody said that they were deleted.
     *
     * @param beginnings offset of the oldest record of each partition, from before the deletions were read
     */
    public void beginnings(String topic, Map<Integer, Long> beginnings) {
        beginnings.forEach((partition, begin) -> {
            if (begin > deletions.before(partition)) {
                fault(topic + " " + partition + ": found " + begin + " as the offset of the oldest record, expected "
                        + deletions.before(partition)
                        + ": what was before it is gone, and archive expire did not delete it");
            }
        });
    }

    @Override
    public void segment(CodedSegment segment, int recordBytes) {
        try {
            check.check(segment);
        } catch (SegmentException e) {
            fault(e.getMessage());
        }
        outline(segment.outline(), recordBytes);
        counts.get(segment.head().camera()).coded += segment.codedBytes();
    }

    @Override
    public void outline(SegmentOutline segment, int recordBytes) {
        Count count = counts.computeIfAbsent(segment.head().camera(), camera -> new Count());
        CodedSegment.Extent extent = segment.extent();
        if (!follows(count.newest, segment) && !(count.newest == null && deletions.precede(segment))) {
            count.holes++;
            fault(segment.name() + ": found position " + extent.firstPosition()
                    + " without the token frames before it, expected them or a keyframe");
        }
        count.newest = segment;
        count.segments++;
        count.tokenFrames += extent.tokenFrames();
        count.frames += extent.frames();
        count.first = Math.min(count.first, extent.firstCapturedAtMicros());
        count.last = Math.max(count.last, extent.lastCapturedAtMicros());
        for (Chunk.Range gap : extent.gaps()) {
            count.missing += gap.to() - gap.from() + 1;
        }
        count.packed += (long) segment.head().grid().packedBytes() * extent.tokenFrames();
        count.records += recordBytes;
        count.tokenizers.add(segment.head().provenance().tokenizerId());
        count.codecs.merge(segment.codec(), 1L, Long::sum);
    }

    /** Whether a segment begins at a keyframe, or where the one before it ends. */
    private static boolean follows(@Nullable SegmentOutline before, SegmentOutline segment) {
        if (segment.extent().firstPosition() == 0) {
            return true;
        }
        return before != null
                && before.head().epoch() == segment.head().epoch()
                && before.head().clip() == segment.head().clip()
                && before.extent().firstPosition() + before.extent().tokenFrames()
                        == segment.extent().firstPosition();
    }

    @Override
    public void damaged(String place, String why) {
        fault(place + ": " + why);
    }

    private void fault(String text) {
        faultCount++;
        if (faults.size() < MOST_EXAMPLES) {
            faults.add(text);
        }
    }

    /** By name. */
    public List<Camera> cameras() {
        return counts.entrySet().stream()
                .map(entry -> camera(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Camera camera(String name, Count count) {
        return new Camera(
                name,
                count.segments,
                count.tokenFrames,
                count.frames,
                count.first,
                count.last,
                count.missing,
                count.holes,
                count.packed,
                count.coded,
                count.records,
                count.tokenizers,
                count.codecs);
    }

    /** The first {@value #MOST_EXAMPLES}, in words. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    public long faultCount() {
        return faultCount;
    }
}

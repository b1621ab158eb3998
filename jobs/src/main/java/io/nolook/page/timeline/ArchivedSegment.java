package io.nolook.page.timeline;

import io.nolook.archive.SegmentOutline;
import java.util.Optional;

/**
 * What is kept of a segment: where it lies, and what it spans.
 *
 * @param camera id
 * @param partition of its record
 * @param offset of its record
 * @param clip that it belongs to
 * @param firstPosition of its first token frame
 * @param tokenFrames how many
 * @param frames real ones
 * @param fromMicros capture time of the first real frame, microseconds since 1970
 * @param toMicros capture time of the last one
 * @param begins name of the reason for which its clip begins with it; empty amid a clip
 * @param missing frames that are recorded as missing right before it
 * @param bytes of its record
 */
public record ArchivedSegment(
        String camera,
        int partition,
        long offset,
        Clip clip,
        int firstPosition,
        int tokenFrames,
        long frames,
        long fromMicros,
        long toMicros,
        Optional<String> begins,
        long missing,
        int bytes) {
    /** Heap that one takes in a {@link Timeline}, names not counted, which many share. */
    static final int HEAP_BYTES = 240;

    /**
     * Token frames that follow on one another.
     *
     * @param epoch of the frames
     * @param clip sequence number of the first one
     * @param tokenizer that made the tokens
     */
    public record Clip(long epoch, long clip, String tokenizer) {}

    /**
     * @param begins as above
     * @param partition as above
     * @param offset as above
     * @param bytes as above
     */
    public static ArchivedSegment of(
            SegmentOutline outline, Optional<String> begins, int partition, long offset, int bytes) {
        return new ArchivedSegment(
                outline.head().camera().intern(),
                partition,
                offset,
                new Clip(
                        outline.head().epoch(),
                        outline.head().clip(),
                        outline.head().provenance().tokenizerId().intern()),
                outline.extent().firstPosition(),
                outline.extent().tokenFrames(),
                outline.extent().frames(),
                outline.extent().firstCapturedAtMicros(),
                outline.extent().lastCapturedAtMicros(),
                begins.map(String::intern),
                outline.extent().gaps().stream()
                        .mapToLong(gap -> gap.to() - gap.from() + 1)
                        .sum(),
                bytes);
    }

    /** Whether it goes on where another ends. */
    boolean follows(ArchivedSegment before) {
        return clip.equals(before.clip) && firstPosition == before.firstPosition + before.tokenFrames;
    }
}

package io.nolook.archive;

import io.nolook.window.Chunk;
import java.util.List;

/**
 * A segment as it is kept: what seeking needs in plain, the rest coded.
 *
 * @param head what all token frames share
 * @param end name of why it ends
 * @param extent what it spans
 * @param table {@link StepTable} of what each token frame says
 * @param codec number of the {@link PayloadCodec}
 * @param payload tokens
 * @param checksum {@link SegmentChecksum} of all else
 */
public record CodedSegment(
        SegmentHead head, String end, Extent extent, byte[] table, int codec, byte[] payload, int checksum) {

    /**
     * What a segment spans.
     *
     * @param firstPosition of its first token frame; 0 where it begins at a keyframe
     * @param tokenFrames how many
     * @param frames real ones
     * @param firstSequence of the first real frame
     * @param lastSequence of the last real frame
     * @param firstCapturedAtMicros of the first real frame
     * @param lastCapturedAtMicros of the last real frame
     * @param gaps sequence numbers recorded as missing, before its token frames
     */
    public record Extent(
            int firstPosition,
            int tokenFrames,
            long frames,
            long firstSequence,
            long lastSequence,
            long firstCapturedAtMicros,
            long lastCapturedAtMicros,
            List<Chunk.Range> gaps) {

        static Extent of(Segment segment) {
            Chunk.Span first = segment.first().span();
            Chunk.Span last = segment.last().span();
            return new Extent(
                    segment.first().position(),
                    segment.steps().size(),
                    segment.steps().stream()
                            .mapToLong(step -> step.span().frames())
                            .sum(),
                    first.firstSequence(),
                    last.lastSequence(),
                    first.firstCapturedAtMicros(),
                    last.lastCapturedAtMicros(),
                    segment.steps().stream()
                            .flatMap(step -> step.skipped().stream())
                            .toList());
        }
    }

    /** Names the segment, for people: camera, epoch, clip, first position. */
    public String name() {
        return outline().name();
    }

    /** What it says in plain. */
    public SegmentOutline outline() {
        return new SegmentOutline(head, end, extent, codec);
    }

    /** Bytes that are coded: table and payload. */
    public int codedBytes() {
        return table.length + payload.length;
    }
}

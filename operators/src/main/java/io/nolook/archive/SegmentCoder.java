package io.nolook.archive;

import io.nolook.archive.CodedSegment.Extent;
import io.nolook.window.Chunk;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Codes segments and reads them back, trusting no length. */
public final class SegmentCoder {
    /** Most token frames of a segment. */
    public static final int MOST_TOKEN_FRAMES = 1 << 16;

    /** Most bytes that the bit-packed tokens of a segment may have. */
    public static final long MOST_TOKEN_BYTES = 1 << 28;

    /** Most bytes that the tokens of a segment may take once they are read, {@value Integer#BYTES} each. */
    public static final long MOST_MEMORY_BYTES = 1 << 29;

    private SegmentCoder() {}

    /** Most token frames of a segment of such a grid, at least 1: the assembler cuts there, readers refuse more. */
    public static int mostTokenFrames(TokenGrid grid) {
        long packed = MOST_TOKEN_BYTES / grid.packedBytes();
        long read = MOST_MEMORY_BYTES / Integer.BYTES / grid.tokens();
        return (int) Math.min(MOST_TOKEN_FRAMES, Math.min(packed, read));
    }

    /**
     * Codes a segment, by the codec or the one {@link PayloadCodec#suited}; where that would take more bytes than bit-packing does, it is bit-packed.
     *
     * @throws IllegalArgumentException when it is larger than any reader takes
     */
    public static CodedSegment encode(Segment segment, PayloadCodec codec) {
        TokenGrid grid = segment.head().grid();
        int count = segment.steps().size();
        if (count > mostTokenFrames(grid)) {
            throw new IllegalArgumentException("found a segment of " + count + " token frames of " + grid.tokens()
                    + " tokens, expected at most " + mostTokenFrames(grid) + " token frames");
        }
        int period = segment.head().phasePeriod();
        List<int[]> tokens = segment.steps().stream().map(TokenStep::tokens).toList();
        PayloadCodec used = codec.suited(segment.head().provenance().tokenizerId(), grid, period);
        byte[] payload = used.encode(grid, period, tokens);
        if (payload.length > (long) grid.packedBytes() * count) {
            used = PayloadCodec.PACKED;
            payload = used.encode(grid, period, tokens);
        }
        Extent extent = Extent.of(segment);
        byte[] table = StepTable.encode(segment.steps());
        String end = segment.end().name();
        int checksum = SegmentChecksum.of(segment.head(), end, extent, table, used.id(), payload);
        return new CodedSegment(segment.head(), end, extent, table, used.id(), payload, checksum);
    }

    /**
     * Whether nothing was changed since it was coded.
     *
     * @throws SegmentException naming the segment and both checksums, when something was
     */
    public static void check(CodedSegment coded) throws SegmentException {
        int found = SegmentChecksum.of(coded);
        if (found != coded.checksum()) {
            throw new SegmentException(coded.name()
                    + String.format(
                            Locale.ROOT,
                            ": found bytes of checksum %08x, expected %08x: they were changed",
                            found,
                            coded.checksum()));
        }
    }

    /**
     * The segment of checked bytes.
     *
     * @throws SegmentException naming the segment, when anything of it is not what was written
     */
    public static Segment decode(CodedSegment coded) throws SegmentException {
        check(coded);
        try {
            Extent extent = coded.extent();
            int count = count(extent);
            List<int[]> tokens = PayloadCodec.of(coded.codec())
                    .decode(coded.head().grid(), coded.head().phasePeriod(), count, coded.payload());
            List<TokenStep> steps = StepTable.decode(coded.table(), extent.firstPosition(), tokens);
            Segment segment = new Segment(coded.head(), end(coded.end()), steps);
            if (!Extent.of(segment).equals(extent)) {
                throw new SegmentException(
                        "found " + extent + ", expected what its token frames say: " + Extent.of(segment));
            }
            return segment;
        } catch (SegmentException | IllegalArgumentException e) {
            throw new SegmentException(coded.name() + ": " + e.getMessage(), e);
        }
    }

    /**
     * What the token frames of checked bytes span, without decoding their tokens.
     *
     * @throws SegmentException naming the segment, when its table is not what was written
     */
    public static List<Chunk.Span> spans(CodedSegment coded) throws SegmentException {
        return steps(coded).stream().map(TokenStep::span).toList();
    }

    /**
     * What the keyframe that checked bytes begin with says; empty where they begin amid a clip.
     *
     * @throws SegmentException naming the segment, when its table is not what was written
     */
    public static Optional<TokenStep.Begins> begins(CodedSegment coded) throws SegmentException {
        return coded.extent().firstPosition() > 0
                ? Optional.empty()
                : steps(coded).get(0).begins();
    }

    /** Without tokens. */
    private static List<TokenStep> steps(CodedSegment coded) throws SegmentException {
        try {
            int count = count(coded.extent());
            return StepTable.decode(
                    coded.table(), coded.extent().firstPosition(), Collections.nCopies(count, new int[0]));
        } catch (SegmentException | IllegalArgumentException e) {
            throw new SegmentException(coded.name() + ": " + e.getMessage(), e);
        }
    }

    /** Token frames of a segment, as many as there may be. */
    private static int count(Extent extent) throws SegmentException {
        int count = extent.tokenFrames();
        boolean counts = count >= 1 && count <= MOST_TOKEN_FRAMES && extent.firstPosition() >= 0;
        if (!counts || extent.firstPosition() > Integer.MAX_VALUE - count) {
            throw new SegmentException("found " + count + " token frames from position " + extent.firstPosition()
                    + ", expected 1 to " + MOST_TOKEN_FRAMES + " from 0");
        }
        return count;
    }

    private static SegmentEnd end(String name) throws SegmentException {
        for (SegmentEnd end : SegmentEnd.values()) {
            if (end.name().equals(name)) {
                return end;
            }
        }
        throw new SegmentException("found end " + name + ", expected one of " + List.of(SegmentEnd.values()));
    }
}

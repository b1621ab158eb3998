package io.nolook.record;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.Provenance;
import io.nolook.archive.Segment;
import io.nolook.archive.SegmentAssembler.Arrival;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentEnd;
import io.nolook.archive.SegmentException;
import io.nolook.archive.SegmentHead;
import io.nolook.archive.TokenGrid;
import io.nolook.archive.TokenStep;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.FrameFit;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.SequenceRange;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenPacking;
import io.nolook.window.Chunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Segments, the token frames in them, and the record that travels. */
public final class ArchiveSegments {

    private ArchiveSegments() {}

    /** Consecutive token frames of one clip as a segment. */
    public static Segment segment(List<TokenFrame> frames, SegmentEnd end) {
        return new Segment(
                head(frames.get(0)),
                end,
                frames.stream().map(ArchiveSegments::step).toList());
    }

    /** The token frames of a segment, equal to those that it was made of. */
    public static List<TokenFrame> frames(Segment segment) {
        return segment.steps().stream().map(step -> frame(segment.head(), step)).toList();
    }

    /**
     * A token frame as segments are assembled of it.
     *
     * @param bytes of its record
     */
    public static Arrival arrival(TokenFrame frame, int bytes) {
        return new Arrival(
                head(frame), frame.getPosition(), TokenFrames.begins(frame), frame.getLastCapturedAtMicros(), bytes);
    }

    /** What a token frame shares with others of its segment. */
    public static SegmentHead head(TokenFrame frame) {
        return new SegmentHead(
                frame.getCamera(),
                frame.getEpoch(),
                frame.getClip(),
                new Provenance(frame.getTokenizerId(), frame.getEncoderHash(), frame.getRuntimeId()),
                new TokenGrid(frame.getHeight(), frame.getWidth(), frame.getBits()),
                frame.getFit().name(),
                frame.getPhasePeriod());
    }

    private static TokenStep step(TokenFrame frame) {
        Optional<TokenStep.Begins> begins = Optional.ofNullable(frame.getKeyframeReason())
                .map(reason -> new TokenStep.Begins(
                        reason.name(),
                        frame.getKeyframeDetail(),
                        TokenFrames.skipped(frame),
                        TokenFrames.follows(frame)));
        return new TokenStep(frame.getPosition(), TokenFrames.span(frame), begins, TokenFrames.tokens(frame));
    }

    private static TokenFrame frame(SegmentHead head, TokenStep step) {
        Chunk.Span span = step.span();
        Optional<TokenStep.Begins> begins = step.begins();
        Optional<Chunk.Place> follows = begins.flatMap(TokenStep.Begins::follows);
        return TokenFrame.newBuilder()
                .setCamera(head.camera())
                .setEpoch(head.epoch())
                .setTokenizerId(head.provenance().tokenizerId())
                .setEncoderHash(head.provenance().encoderHash())
                .setRuntimeId(head.provenance().runtimeId())
                .setClip(head.clip())
                .setPosition(step.position())
                .setFirstSequence(span.firstSequence())
                .setLastSequence(span.lastSequence())
                .setFrames(span.frames())
                .setFirstCapturedAtMicros(span.firstCapturedAtMicros())
                .setLastCapturedAtMicros(span.lastCapturedAtMicros())
                .setTimeCorrected(span.timeCorrected())
                .setSourceWidth(span.sourceWidth())
                .setSourceHeight(span.sourceHeight())
                .setFit(FrameFit.valueOf(head.fit()))
                .setHeight(head.grid().height())
                .setWidth(head.grid().width())
                .setBits(head.grid().bits())
                .setTokens(ByteBuffer.wrap(
                        TokenPacking.pack(step.tokens(), head.grid().bits())))
                .setKeyframeReason(begins.map(said -> KeyframeReason.valueOf(said.reason()))
                        .orElse(null))
                .setKeyframeDetail(begins.map(TokenStep.Begins::detail).orElse(""))
                .setSkippedFrom(step.skipped().map(Chunk.Range::from).orElse(null))
                .setSkippedTo(step.skipped().map(Chunk.Range::to).orElse(null))
                .setFollowsClip(follows.map(Chunk.Place::clip).orElse(null))
                .setFollowsPosition(follows.map(Chunk.Place::position).orElse(null))
                .setClockJumpedMicros(span.clockJumpedMicros())
                .setPhasePeriod(head.phasePeriod())
                .build();
    }

    /** The record of a coded segment. */
    public static ArchiveSegment record(CodedSegment coded) {
        SegmentHead head = coded.head();
        CodedSegment.Extent extent = coded.extent();
        return ArchiveSegment.newBuilder()
                .setCamera(head.camera())
                .setEpoch(head.epoch())
                .setClip(head.clip())
                .setTokenizerId(head.provenance().tokenizerId())
                .setEncoderHash(head.provenance().encoderHash())
                .setRuntimeId(head.provenance().runtimeId())
                .setHeight(head.grid().height())
                .setWidth(head.grid().width())
                .setBits(head.grid().bits())
                .setFit(head.fit())
                .setEnd(coded.end())
                .setFirstPosition(extent.firstPosition())
                .setTokenFrames(extent.tokenFrames())
                .setFrames(extent.frames())
                .setFirstSequence(extent.firstSequence())
                .setLastSequence(extent.lastSequence())
                .setFirstCapturedAtMicros(extent.firstCapturedAtMicros())
                .setLastCapturedAtMicros(extent.lastCapturedAtMicros())
                .setGaps(extent.gaps().stream()
                        .map(gap -> new SequenceRange(gap.from(), gap.to()))
                        .toList())
                .setTable(ByteBuffer.wrap(coded.table()))
                .setCodec(coded.codec())
                .setPayload(ByteBuffer.wrap(coded.payload()))
                .setChecksum(coded.checksum())
                .setPhasePeriod(head.phasePeriod())
                .build();
    }

    /** The coded segment of a record; nothing is checked but the shape of the grid. */
    public static CodedSegment coded(ArchiveSegment record) {
        SegmentHead head = new SegmentHead(
                record.getCamera(),
                record.getEpoch(),
                record.getClip(),
                new Provenance(record.getTokenizerId(), record.getEncoderHash(), record.getRuntimeId()),
                new TokenGrid(record.getHeight(), record.getWidth(), record.getBits()),
                record.getFit(),
                record.getPhasePeriod());
        CodedSegment.Extent extent = new CodedSegment.Extent(
                record.getFirstPosition(),
                record.getTokenFrames(),
                record.getFrames(),
                record.getFirstSequence(),
                record.getLastSequence(),
                record.getFirstCapturedAtMicros(),
                record.getLastCapturedAtMicros(),
                record.getGaps().stream()
                        .map(gap -> new Chunk.Range(gap.getFrom(), gap.getTo()))
                        .toList());
        return new CodedSegment(
                head,
                record.getEnd(),
                extent,
                bytes(record.getTable()),
                record.getCodec(),
                bytes(record.getPayload()),
                record.getChecksum());
    }

    /**
     * Reads and checks the bytes of a record.
     *
     * <p>Beside the checksum the bytes must be those that the record is written as: some changes, to the unused bits of a
     * number, read as the same record.
     *
     * @throws SegmentException saying what was found, as soon as a byte was changed
     */
    public static CodedSegment read(byte[] bytes, SingleObject<ArchiveSegment> format) throws SegmentException {
        try {
            ArchiveSegment record = format.decode(bytes);
            CodedSegment coded = coded(record);
            SegmentCoder.check(coded);
            if (isOtherwise(bytes, format.encode(record))) {
                throw new SegmentException(
                        coded.name() + ": found bytes that its record is not written as: they were" + " changed");
            }
            return coded;
        } catch (IOException | IllegalArgumentException e) {
            throw new SegmentException(
                    "found a record of " + bytes.length + " bytes that cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether they are of the newest schema, by the fingerprint, and yet others. */
    private static boolean isOtherwise(byte[] found, byte[] written) {
        int header = 10;
        return Arrays.equals(found, 0, header, written, 0, header) && !Arrays.equals(found, written);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}

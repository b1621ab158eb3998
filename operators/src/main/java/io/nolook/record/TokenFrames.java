package io.nolook.record;

import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameFit;
import io.nolook.model.StepPlace;
import io.nolook.model.StreamModel;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.TokenFrame;
import io.nolook.token.StreamOrder;
import io.nolook.token.TokenPacking;
import io.nolook.window.Beginning;
import io.nolook.window.Chunk;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Tokens and the chunk they came from, as the record that travels. */
public final class TokenFrames {

    private TokenFrames() {}

    /** The record of a chunk's tokens, which are in raster order. */
    public static TokenFrame of(Chunk chunk, int[] tokens, StreamModel<byte[], int[]> tokenizer, FrameFit fit) {
        Chunk.Span span = chunk.span();
        int stride = tokenizer.spec().spatialStride();
        int bits = tokenizer.spec().bits();
        Optional<Chunk.Place> follows = chunk.begins().flatMap(Beginning::follows);
        return TokenFrame.newBuilder()
                .setCamera(chunk.camera())
                .setEpoch(chunk.epoch())
                .setTokenizerId(tokenizer.spec().tokenizerId())
                .setEncoderHash(tokenizer.fileHash())
                .setRuntimeId(runtimeId(tokenizer))
                .setClip(chunk.clip())
                .setPosition(chunk.position())
                .setFirstSequence(span.firstSequence())
                .setLastSequence(span.lastSequence())
                .setFrames(span.frames())
                .setFirstCapturedAtMicros(span.firstCapturedAtMicros())
                .setLastCapturedAtMicros(span.lastCapturedAtMicros())
                .setTimeCorrected(span.timeCorrected())
                .setSourceWidth(span.sourceWidth())
                .setSourceHeight(span.sourceHeight())
                .setFit(io.nolook.schema.FrameFit.valueOf(fit.name()))
                .setHeight(tokenizer.size().height() / stride)
                .setWidth(tokenizer.size().width() / stride)
                .setBits(bits)
                .setTokens(ByteBuffer.wrap(TokenPacking.pack(tokens, bits)))
                .setKeyframeReason(chunk.keyframe()
                        .map(reason -> KeyframeReason.valueOf(reason.name()))
                        .orElse(null))
                .setSkippedFrom(chunk.skipped().map(Chunk.Range::from).orElse(null))
                .setSkippedTo(chunk.skipped().map(Chunk.Range::to).orElse(null))
                .setKeyframeDetail(chunk.begins().map(Beginning::detail).orElse(""))
                .setFollowsClip(follows.map(Chunk.Place::clip).orElse(null))
                .setFollowsPosition(follows.map(Chunk.Place::position).orElse(null))
                .setClockJumpedMicros(span.clockJumpedMicros())
                .setPhasePeriod(tokenizer.spec().phasePeriod())
                .build();
    }

    /** What computes tokens from coded pictures: the tokenizer's runtime and the picture decoder. */
    public static String runtimeId(StreamModel<byte[], int[]> tokenizer) {
        return tokenizer.runtimeId() + "/" + FrameDecoder.ID;
    }

    /** What a token frame says of its beginning. */
    public static StreamOrder.Begins begins(TokenFrame frame) {
        if (frame.getKeyframeReason() == null) {
            return StreamOrder.Begins.NOTHING;
        }
        return switch (frame.getKeyframeReason()) {
            case INTERVAL ->
                new StreamOrder.Begins(
                        StreamOrder.Kind.CLIP_BY_INTERVAL,
                        follows(frame).map(before -> new StreamOrder.Predecessor(before.clip(), before.position())));
            case EPOCH_RESET, FIRST_FRAME -> StreamOrder.Begins.NUMBERS;
            default -> StreamOrder.Begins.CLIP;
        };
    }

    /** The real frames that a token frame stands for. */
    public static Chunk.Span span(TokenFrame frame) {
        return new Chunk.Span(
                frame.getFirstSequence(),
                frame.getLastSequence(),
                frame.getFrames(),
                frame.getFirstCapturedAtMicros(),
                frame.getLastCapturedAtMicros(),
                frame.getTimeCorrected(),
                frame.getClockJumpedMicros(),
                frame.getSourceWidth(),
                frame.getSourceHeight());
    }

    /** The sequence numbers missing right before a token frame. */
    public static Optional<Chunk.Range> skipped(TokenFrame frame) {
        return frame.getSkippedFrom() == null
                ? Optional.empty()
                : Optional.of(new Chunk.Range(frame.getSkippedFrom(), frame.getSkippedTo()));
    }

    /** The token frame that a keyframe says is right before it. */
    public static Optional<Chunk.Place> follows(TokenFrame frame) {
        return frame.getFollowsClip() == null
                ? Optional.empty()
                : Optional.of(new Chunk.Place(frame.getFollowsClip(), frame.getFollowsPosition()));
    }

    /** Where a token frame stands among those of its camera. */
    public static StreamOrder.Place place(TokenFrame frame) {
        return new StreamOrder.Place(
                frame.getEpoch(), frame.getClip(), frame.getPosition(), frame.getLastCapturedAtMicros());
    }

    /** The step of a model that a token frame is. */
    public static StepPlace step(TokenFrame frame) {
        return new StepPlace(frame.getEpoch(), frame.getClip(), frame.getPosition());
    }

    /** The tokens of a record, in raster order. */
    public static int[] tokens(TokenFrame frame) {
        ByteBuffer packed = frame.getTokens().duplicate();
        byte[] bytes = new byte[packed.remaining()];
        packed.get(bytes);
        return TokenPacking.unpack(bytes, Math.multiplyExact(frame.getHeight(), frame.getWidth()), frame.getBits());
    }
}

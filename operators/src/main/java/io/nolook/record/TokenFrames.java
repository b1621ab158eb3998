package io.nolook.record;

import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameFit;
import io.nolook.model.StepPlace;
import io.nolook.model.StreamModel;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.TokenFrame;
import io.nolook.token.StreamOrder;
import io.nolook.token.TokenPacking;
import io.nolook.window.Chunk;
import java.nio.ByteBuffer;

/** Tokens and the chunk they came from, as the record that travels. */
public final class TokenFrames {

    private TokenFrames() {}

    /** The record of a chunk's tokens, which are in raster order. */
    public static TokenFrame of(Chunk chunk, int[] tokens, StreamModel<byte[], int[]> tokenizer, FrameFit fit) {
        Chunk.Span span = chunk.span();
        int stride = tokenizer.spec().spatialStride();
        int bits = tokenizer.spec().bits();
        return TokenFrame.newBuilder()
                .setCamera(chunk.camera())
                .setEpoch(chunk.epoch())
                .setTokenizerId(tokenizer.spec().tokenizerId())
                .setEncoderHash(tokenizer.fileHash())
                .setRuntimeId(tokenizer.runtimeId() + "/" + FrameDecoder.ID)
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
                .build();
    }

    /** What a token frame says of its beginning. */
    public static StreamOrder.Begins begins(TokenFrame frame) {
        if (frame.getKeyframeReason() == null) {
            return StreamOrder.Begins.NOTHING;
        }
        return switch (frame.getKeyframeReason()) {
            case INTERVAL -> StreamOrder.Begins.CLIP_BY_INTERVAL;
            case EPOCH_RESET, FIRST_FRAME -> StreamOrder.Begins.NUMBERS;
            default -> StreamOrder.Begins.CLIP;
        };
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

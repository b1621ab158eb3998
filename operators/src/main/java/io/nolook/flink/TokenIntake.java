package io.nolook.flink;

import io.nolook.frame.FailureCode;
import io.nolook.frame.FrameException;
import io.nolook.recognition.CameraTokens;
import io.nolook.recognition.CameraTokens.Follows;
import io.nolook.recognition.CameraTokens.Span;
import io.nolook.schema.TokenFrame;
import io.nolook.tokenizer.ModelSpec;
import io.nolook.tokenizer.onnx.ModelFiles;

/**
 * Turns one received record into an unpacked token frame that a model can take.
 *
 * <p>Token frames of another tokenizer or grid are refused, naming both. Not thread-safe.
 */
public final class TokenIntake implements RecordIntake<CameraTokens> {
    private final TokenFrameIntake frames = new TokenFrameIntake();
    private final ModelSpec model;
    private final int tokens;

    /**
     * @param model that will take the tokens; bound to one size of pictures
     */
    public TokenIntake(ModelSpec model) {
        this.model = model;
        this.tokens = model.tokens(model.pinnedSize().orElseThrow());
    }

    /**
     * Makes it on the machine that runs it.
     *
     * @param model a path, or builtin:NAME
     * @param role which file of a built-in model
     */
    public record Factory(String model, String role) implements RecordIntake.Factory<CameraTokens> {

        @Override
        public RecordIntake<CameraTokens> open() {
            return new TokenIntake(ModelFiles.spec(ModelFiles.read(model, role)));
        }

        @Override
        public String counted() {
            return "tokenFrames";
        }

        @Override
        public int maxRecordBytes() {
            return TokenFrameIntake.MAX_BYTES;
        }
    }

    @Override
    public CameraTokens decode(ReceivedRecord record) throws FrameException {
        return take(frames.decode(record));
    }

    /**
     * A token frame as the model takes it.
     *
     * @throws FrameException when it cannot
     */
    public CameraTokens take(TokenFrame frame) throws FrameException {
        requireKnown(frame);
        return new CameraTokens(
                frame.getCamera(),
                frame.getEpoch(),
                frame.getClip(),
                frame.getPosition(),
                follows(frame),
                new Span(
                        frame.getFirstSequence(),
                        frame.getLastSequence(),
                        frame.getFirstCapturedAtMicros(),
                        frame.getLastCapturedAtMicros()),
                unpacked(frame));
    }

    private static Follows follows(TokenFrame frame) {
        if (frame.getKeyframeReason() == null) {
            return Follows.CLIP;
        }
        return switch (frame.getKeyframeReason()) {
            case INTERVAL -> Follows.WITHOUT_GAP;
            case EPOCH_RESET -> Follows.RESET;
            default -> Follows.NOTHING;
        };
    }

    private static int[] unpacked(TokenFrame frame) throws FrameException {
        try {
            return TokenFrames.tokens(frame);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new FrameException(FailureCode.RECORD_FIELD_INVALID, "tokens: " + e.getMessage());
        }
    }

    private void requireKnown(TokenFrame frame) throws FrameException {
        if (!frame.getTokenizerId().equals(model.tokenizerId())) {
            throw new FrameException(
                    FailureCode.RECORD_OF_OTHER_TOKENIZER,
                    "found tokens of " + frame.getTokenizerId() + ", expected those of " + model.tokenizerId()
                            + ", which model " + model.name() + " was trained on");
        }
        boolean positive = frame.getHeight() > 0 && frame.getWidth() > 0;
        if (!positive || (long) frame.getHeight() * frame.getWidth() != tokens || frame.getBits() != model.bits()) {
            throw new FrameException(
                    FailureCode.RECORD_FIELD_INVALID,
                    "found a grid of " + frame.getHeight() + " x " + frame.getWidth() + " tokens of " + frame.getBits()
                            + " bits, expected " + tokens + " of " + model.bits() + " bits: set frame.size to "
                            + model.pinnedSize().orElseThrow());
        }
    }
}

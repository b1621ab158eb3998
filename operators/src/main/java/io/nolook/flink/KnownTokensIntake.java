package io.nolook.flink;

import io.nolook.frame.FailureCode;
import io.nolook.frame.FrameException;
import io.nolook.frame.FrameSize;
import io.nolook.schema.TokenFrame;
import io.nolook.tokenizer.ModelSpec;
import io.nolook.tokenizer.onnx.ModelFiles;

/**
 * Turns one received record into a token frame that a model can take.
 *
 * <p>Token frames of another tokenizer or grid are refused, naming both. Not thread-safe.
 */
public final class KnownTokensIntake implements RecordIntake<TokenFrame> {
    private final TokenFrameIntake frames = new TokenFrameIntake(0);
    private final ModelSpec model;
    private final FrameSize size;

    /**
     * @param model that will take the tokens
     * @param size of the pictures behind them
     */
    public KnownTokensIntake(ModelSpec model, FrameSize size) {
        this.model = model;
        this.size = size;
    }

    /**
     * Makes it on the machine that runs it.
     *
     * @param model a path, or builtin:NAME
     * @param role which file of a built-in model
     * @param size WIDTHxHEIGHT of the pictures behind the tokens
     */
    public record Factory(String model, String role, String size) implements RecordIntake.Factory<TokenFrame> {

        @Override
        public RecordIntake<TokenFrame> open() {
            return new KnownTokensIntake(ModelFiles.spec(ModelFiles.read(model, role)), FrameSize.parse(size));
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
    public TokenFrame decode(ReceivedRecord record) throws FrameException {
        TokenFrame frame = frames.decode(record);
        require(frame);
        return frame;
    }

    /**
     * Refuses a token frame that the model cannot take.
     *
     * @throws FrameException naming what was found and expected
     */
    void require(TokenFrame frame) throws FrameException {
        if (!frame.getTokenizerId().equals(model.tokenizerId())) {
            throw new FrameException(
                    FailureCode.RECORD_OF_OTHER_TOKENIZER,
                    "found tokens of " + frame.getTokenizerId() + ", expected those of " + model.tokenizerId()
                            + ", which model " + model.name() + " is for");
        }
        int rows = size.height() / model.spatialStride();
        int columns = size.width() / model.spatialStride();
        if (frame.getHeight() != rows || frame.getWidth() != columns || frame.getBits() != model.bits()) {
            throw new FrameException(
                    FailureCode.RECORD_FIELD_INVALID,
                    "found a grid of " + frame.getHeight() + " x " + frame.getWidth() + " tokens of " + frame.getBits()
                            + " bits, expected " + rows + " x " + columns + " of " + model.bits()
                            + " bits, those of frame.size = " + size);
        }
        if (!model.knows(TokenFrames.tokens(frame))) {
            throw new FrameException(
                    FailureCode.RECORD_FIELD_INVALID,
                    "found tokens above " + (model.codes() - 1) + ", expected the " + model.codes() + " codes of "
                            + model.tokenizerId());
        }
    }
}

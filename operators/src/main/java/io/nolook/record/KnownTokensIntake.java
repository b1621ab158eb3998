package io.nolook.record;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import io.nolook.frame.FrameSize;
import io.nolook.model.ModelSpec;
import io.nolook.schema.TokenFrame;

/**
 * Turns one received record into a token frame that a model can take.
 *
 * <p>Token frames of another tokenizer or grid are refused, naming both. Not thread-safe.
 */
public final class KnownTokensIntake implements RecordIntake<TokenFrame> {
    private final TokenFrameIntake frames = new TokenFrameIntake();
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

    @Override
    public TokenFrame decode(ReceivedRecord record) throws IntakeException {
        TokenFrame frame = frames.decode(record);
        require(frame);
        return frame;
    }

    /**
     * Refuses a token frame that the model cannot take.
     *
     * @throws IntakeException naming what was found and expected
     */
    void require(TokenFrame frame) throws IntakeException {
        if (!frame.getTokenizerId().equals(model.tokenizerId())) {
            throw new IntakeException(
                    FailureCode.RECORD_OF_OTHER_TOKENIZER,
                    "found tokens of " + frame.getTokenizerId() + ", expected those of " + model.tokenizerId()
                            + ", which model " + model.name() + " is for");
        }
        int rows = size.height() / model.spatialStride();
        int columns = size.width() / model.spatialStride();
        if (frame.getHeight() != rows || frame.getWidth() != columns || frame.getBits() != model.bits()) {
            throw new IntakeException(
                    FailureCode.RECORD_FIELD_INVALID,
                    "found a grid of " + frame.getHeight() + " x " + frame.getWidth() + " tokens of " + frame.getBits()
                            + " bits, expected " + rows + " x " + columns + " of " + model.bits()
                            + " bits, those of frame.size = " + size);
        }
        if (!model.knows(TokenFrames.tokens(frame))) {
            throw new IntakeException(
                    FailureCode.RECORD_FIELD_INVALID,
                    "found tokens above " + (model.codes() - 1) + ", expected the " + model.codes() + " codes of "
                            + model.tokenizerId());
        }
    }
}

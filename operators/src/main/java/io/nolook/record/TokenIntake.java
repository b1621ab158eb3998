package io.nolook.record;

import io.nolook.failure.IntakeException;
import io.nolook.model.ModelSpec;
import io.nolook.recognition.CameraTokens;
import io.nolook.recognition.CameraTokens.Span;
import io.nolook.schema.TokenFrame;

/** Turns one received record into the unpacked tokens that a recognizer takes; see {@link KnownTokensIntake}. */
public final class TokenIntake implements RecordIntake<CameraTokens> {
    private final KnownTokensIntake known;

    /**
     * @param model that will take the tokens; bound to one size of pictures
     */
    public TokenIntake(ModelSpec model) {
        known = new KnownTokensIntake(model, model.pinnedSize().orElseThrow());
    }

    @Override
    public CameraTokens decode(ReceivedRecord record) throws IntakeException {
        return unpacked(known.decode(record));
    }

    /**
     * A token frame as the model takes it.
     *
     * @throws IntakeException when it cannot
     */
    public CameraTokens take(TokenFrame frame) throws IntakeException {
        known.require(frame);
        return unpacked(frame);
    }

    private static CameraTokens unpacked(TokenFrame frame) {
        return new CameraTokens(
                frame.getCamera(),
                frame.getEpoch(),
                frame.getClip(),
                frame.getPosition(),
                TokenFrames.begins(frame),
                new Span(
                        frame.getFirstSequence(),
                        frame.getLastSequence(),
                        frame.getFirstCapturedAtMicros(),
                        frame.getLastCapturedAtMicros(),
                        frame.getClockJumpedMicros()),
                TokenFrames.tokens(frame));
    }
}

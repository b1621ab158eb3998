package io.nolook.flink;

import io.nolook.frame.FailureCode;
import io.nolook.frame.FrameException;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;

/**
 * Turns one received record into a token frame whose parts agree.
 *
 * <p>Everything that a record can get wrong ends in a {@link FrameException}. Not thread-safe.
 */
public final class TokenFrameIntake implements RecordIntake<TokenFrame> {
    /** Largest original that a dead letter carries: a record of the tokens topic is not larger. */
    public static final int MAX_BYTES = 1 << 20;

    private final SingleObject<TokenFrame> format = SingleObject.tokenFrames();

    /** Makes it on the machine that runs it. */
    public record Factory() implements RecordIntake.Factory<TokenFrame> {

        @Override
        public RecordIntake<TokenFrame> open() {
            return new TokenFrameIntake();
        }

        @Override
        public String counted() {
            return "tokenFrames";
        }

        @Override
        public int maxRecordBytes() {
            return MAX_BYTES;
        }
    }

    @Override
    public TokenFrame decode(ReceivedRecord record) throws FrameException {
        if (record.value() == null) {
            throw new FrameException(
                    FailureCode.RECORD_VALUE_MISSING, "found a null value, expected a TokenFrame; send no tombstones");
        }
        TokenFrame frame;
        try {
            frame = format.decode(record.value());
        } catch (IOException e) {
            throw new FrameException(FailureCode.RECORD_VALUE_UNREADABLE, String.valueOf(e.getMessage()));
        }
        CameraKeys.checked(record.key(), frame.getCamera());
        try {
            ArchiveSegments.head(frame);
            TokenFrames.tokens(frame);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new FrameException(FailureCode.RECORD_FIELD_INVALID, e.getMessage());
        }
        boolean keyframe = frame.getPosition() == 0;
        boolean agree = (frame.getKeyframeReason() != null) == keyframe
                && (frame.getSkippedFrom() == null) == (frame.getSkippedTo() == null);
        if (frame.getPosition() < 0 || !agree) {
            throw new FrameException(
                    FailureCode.RECORD_FIELD_INVALID,
                    "found token frame " + frame.getPosition() + " with keyframe reason " + frame.getKeyframeReason()
                            + ", missing " + frame.getSkippedFrom() + " to " + frame.getSkippedTo()
                            + ", expected a reason at position 0 only, and both ends of what is missing or none");
        }
        return frame;
    }
}

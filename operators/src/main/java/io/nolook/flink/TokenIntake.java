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
final class TokenIntake {
    private final SingleObject<TokenFrame> format = SingleObject.tokenFrames();

    /**
     * Decodes a record.
     *
     * @throws FrameException with what was found and expected
     */
    TokenFrame decode(ReceivedRecord record) throws FrameException {
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
        String camera = FrameIntake.cameraOrUnknown(record.key());
        if (!frame.getCamera().equals(camera)) {
            throw new FrameException(
                    FailureCode.RECORD_KEY_MISMATCH,
                    "found key '" + camera + "' for a token frame of camera '" + frame.getCamera()
                            + "', expected the camera id as key");
        }
        try {
            ArchiveSegments.head(frame);
            TokenFrames.tokens(frame);
        } catch (IllegalArgumentException e) {
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

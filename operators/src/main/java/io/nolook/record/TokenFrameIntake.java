package io.nolook.record;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns one received record into a token frame whose parts agree.
 *
 * <p>Everything that a record can get wrong ends in a {@link IntakeException}. Not thread-safe.
 */
public final class TokenFrameIntake implements RecordIntake<TokenFrame> {
    /**
     * Largest original that a dead letter carries, in bytes: as {@code frame.max-bytes} is by default. A token frame is a
     * few kilobytes.
     */
    public static final int MAX_BYTES = DeadLetters.USUAL_ORIGINAL_BYTES;

    private static final int MOST_CHARACTERS = 1024;
    private static final int MOST_POSITION = Integer.MAX_VALUE - (1 << 16);

    private final SingleObject<TokenFrame> format = SingleObject.tokenFrames();
    private final int bits;
    private final String option;

    /** Takes tokens of any number of bits. */
    public TokenFrameIntake() {
        this(0, "");
    }

    /**
     * @param bits that a token must have, 0 for any
     * @param option that asks for them
     */
    public TokenFrameIntake(int bits, String option) {
        this.bits = bits;
        this.option = option;
    }

    /**
     * Makes it on the machine that runs it.
     *
     * @param bits that a token must have, 0 for any
     * @param option that asks for them
     */
    public record Factory(int bits, String option) implements RecordIntake.Factory<TokenFrame> {

        @Override
        public RecordIntake<TokenFrame> open() {
            return new TokenFrameIntake(bits, option);
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
    public TokenFrame decode(ReceivedRecord record) throws IntakeException {
        if (record.value() == null) {
            throw new IntakeException(
                    FailureCode.RECORD_VALUE_MISSING, "found a null value, expected a TokenFrame; send no tombstones");
        }
        TokenFrame frame;
        try {
            frame = format.decode(record.value());
        } catch (IOException e) {
            throw new IntakeException(FailureCode.RECORD_VALUE_UNREADABLE, String.valueOf(e.getMessage()));
        }
        CameraKeys.checked(record.key(), frame.getCamera());
        try {
            ArchiveSegments.head(frame);
            TokenFrames.tokens(frame);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IntakeException(FailureCode.RECORD_FIELD_INVALID, e.getMessage());
        }
        requireFields(frame);
        return frame;
    }

    /** Both parts are there at keyframes at most, or none. */
    private static boolean agree(boolean keyframe, @Nullable Object one, @Nullable Object other) {
        return (one == null) == (other == null) && (keyframe || one == null);
    }

    private void requireFields(TokenFrame frame) throws IntakeException {
        boolean keyframe = frame.getPosition() == 0;
        boolean agree = (frame.getKeyframeReason() != null) == keyframe
                && agree(keyframe, frame.getSkippedFrom(), frame.getSkippedTo())
                && agree(keyframe, frame.getFollowsClip(), frame.getFollowsPosition())
                && (keyframe || frame.getKeyframeDetail().isEmpty());
        if (frame.getPosition() < 0 || frame.getPosition() > MOST_POSITION || !agree) {
            throw new IntakeException(
                    FailureCode.RECORD_FIELD_INVALID,
                    "found token frame " + frame.getPosition() + " with keyframe reason " + frame.getKeyframeReason()
                            + ", missing " + frame.getSkippedFrom() + " to " + frame.getSkippedTo()
                            + ", after " + frame.getFollowsClip() + "/" + frame.getFollowsPosition()
                            + ", expected all of it at position 0 only, there a reason, and of the others both parts or"
                            + " none");
        }
        int longest = IntStream.of(
                        frame.getTokenizerId().length(),
                        frame.getEncoderHash().length(),
                        frame.getRuntimeId().length(),
                        frame.getKeyframeDetail().length())
                .max()
                .orElseThrow();
        if (longest > MOST_CHARACTERS) {
            throw new IntakeException(
                    FailureCode.RECORD_FIELD_INVALID,
                    "found an identity or detail of " + longest + " characters, expected at most " + MOST_CHARACTERS);
        }
        if (bits > 0 && frame.getBits() != bits) {
            throw new IntakeException(
                    FailureCode.RECORD_FIELD_INVALID,
                    "found tokens of " + frame.getBits() + " bits, expected " + bits + " as " + option + " says");
        }
    }
}

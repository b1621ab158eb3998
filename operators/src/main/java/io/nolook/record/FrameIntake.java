package io.nolook.record;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import io.nolook.frame.FittedPicture;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameEncoding;
import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.FrameSize;
import io.nolook.schema.Frame;
import io.nolook.schema.SingleObject;
import io.nolook.window.CameraFrame;
import io.nolook.window.Carried;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns one received record into a decoded, fitted frame.
 *
 * <p>Everything that a camera can get wrong ends in an {@link IntakeException}. Not thread-safe.
 */
public final class FrameIntake implements RecordIntake<CameraFrame> {

    private final SingleObject<Frame> frames = SingleObject.frames();
    private final FrameDecoder decoder;
    private final FrameFitter fitter;
    private final int maxBytes;
    private final long maxAhead;

    /**
     * @param limits of one picture
     * @param fit of a picture to the size
     * @param size of the frames that come out
     * @param maxAhead most sequence numbers that may be missing; a frame beyond it carries its dead letter
     */
    public FrameIntake(FrameLimits limits, FrameFit fit, FrameSize size, long maxAhead) {
        decoder = new FrameDecoder(limits);
        fitter = new FrameFitter(fit, size.width(), size.height());
        maxBytes = limits.maxBytes();
        this.maxAhead = maxAhead;
    }

    @Override
    public CameraFrame decode(ReceivedRecord record) throws IntakeException {
        Frame frame = frame(record.value());
        String camera = CameraKeys.checked(record.key(), frame.getCamera());
        if (frame.getEpoch() < 0 || frame.getSequence() < 0 || frame.getSequence() == Long.MAX_VALUE) {
            throw new IntakeException(
                    FailureCode.RECORD_FIELD_INVALID,
                    "found epoch " + frame.getEpoch() + " and sequence " + frame.getSequence()
                            + ", expected both from 0 and below 2^63 - 1");
        }
        ByteBuffer payload = frame.getPayload();
        FrameEncoding encoding = FrameEncoding.valueOf(frame.getEncoding().name());
        FittedPicture fitted = decoder.decode(encoding, frame.getWidth(), frame.getHeight(), payload, fitter);
        return new CameraFrame(
                camera,
                frame.getEpoch(),
                frame.getSequence(),
                frame.getCapturedAtMicros(),
                fitted.source().width(),
                fitted.source().height(),
                fitted.picture().rgb(),
                record.timestampMillis(),
                new Carried(RecordHeaders.encode(record.headers()), letterIfAhead(frame.getSequence(), record)));
    }

    /** What the frame becomes when its place is refused: no lower number can be too far ahead of any other. */
    private byte[] letterIfAhead(long sequence, ReceivedRecord record) {
        if (sequence <= maxAhead) {
            return Carried.NOTHING.deadLetter();
        }
        IntakeException why = new IntakeException(
                FailureCode.RECORD_TOO_FAR_AHEAD,
                "found sequence number " + sequence + ", expected at most sequence.max-ahead = " + maxAhead
                        + " after the newest of its epoch; number frames from 0 in a new epoch");
        return DeadLetters.encode(DeadLetters.of(record, why, maxBytes + DeadLetters.ENVELOPE_BYTES));
    }

    private Frame frame(byte @Nullable [] value) throws IntakeException {
        if (value == null) {
            throw new IntakeException(
                    FailureCode.RECORD_VALUE_MISSING, "found a null value, expected a Frame; do not send tombstones");
        }
        if (value.length > maxBytes + DeadLetters.ENVELOPE_BYTES) {
            throw new IntakeException(
                    FailureCode.RECORD_TOO_LARGE,
                    "found a record of " + value.length + " bytes, expected at most frame.max-bytes = " + maxBytes
                            + " and its envelope; send smaller pictures or raise it");
        }
        try {
            return frames.decode(value);
        } catch (IOException e) {
            throw new IntakeException(FailureCode.RECORD_VALUE_UNREADABLE, e.getMessage());
        }
    }
}

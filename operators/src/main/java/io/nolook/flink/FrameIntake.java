package io.nolook.flink;

import io.nolook.frame.FailureCode;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameEncoding;
import io.nolook.frame.FrameException;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.Picture;
import io.nolook.schema.Frame;
import io.nolook.schema.SingleObject;
import io.nolook.window.CameraFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns one received record into a decoded, fitted frame.
 *
 * <p>Everything that a camera can get wrong ends in a {@link FrameException}. Not thread-safe.
 */
public final class FrameIntake {

    /** Camera id under which records without a readable one are counted. */
    public static final String UNKNOWN = "unknown";

    private static final int MAX_CAMERA_LENGTH = 255;

    private final SingleObject<Frame> frames = SingleObject.frames();
    private final FrameDecoder decoder;
    private final FrameFitter fitter;
    private final int maxBytes;

    public FrameIntake(TokenizeSettings settings) {
        FrameLimits limits =
                new FrameLimits(settings.frameMaxBytes(), settings.frameMaxPixels(), FrameLimits.DEFAULTS.maxScans());
        decoder = new FrameDecoder(limits);
        fitter = new FrameFitter(
                settings.frameFit(),
                settings.frameSize().width(),
                settings.frameSize().height());
        maxBytes = settings.frameMaxBytes();
    }

    /**
     * Decodes a record.
     *
     * @throws FrameException with what was found, expected, and the fix
     */
    public CameraFrame decode(ReceivedRecord record) throws FrameException {
        String camera = camera(record.key());
        Frame frame = frame(record.value());
        if (!frame.getCamera().equals(camera)) {
            throw new FrameException(
                    FailureCode.RECORD_KEY_MISMATCH,
                    "found key '" + camera + "' for a frame of camera '" + frame.getCamera()
                            + "', expected the camera id as key");
        }
        if (frame.getEpoch() < 0 || frame.getSequence() < 0 || frame.getSequence() == Long.MAX_VALUE) {
            throw new FrameException(
                    FailureCode.RECORD_FIELD_INVALID,
                    "found epoch " + frame.getEpoch() + " and sequence " + frame.getSequence()
                            + ", expected both from 0 and below 2^63 - 1");
        }
        ByteBuffer payload = frame.getPayload();
        FrameEncoding encoding = FrameEncoding.valueOf(frame.getEncoding().name());
        Picture source = decoder.decode(encoding, frame.getWidth(), frame.getHeight(), payload);
        Picture fitted = fitter.fit(source);
        return new CameraFrame(
                camera,
                frame.getEpoch(),
                frame.getSequence(),
                frame.getCapturedAtMicros(),
                source.width(),
                source.height(),
                fitted.rgb(),
                record.timestampMillis());
    }

    /** The camera of a record as far as its key can be read, else {@value #UNKNOWN}. */
    public static String cameraOrUnknown(byte @Nullable [] key) {
        try {
            return camera(key);
        } catch (FrameException e) {
            return UNKNOWN;
        }
    }

    private static String camera(byte @Nullable [] key) throws FrameException {
        if (key == null || key.length == 0) {
            throw new FrameException(
                    FailureCode.RECORD_KEY_MISSING,
                    "found no key, expected the camera id in UTF-8 as the record's key");
        }
        try {
            String camera = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
            if (camera.length() <= MAX_CAMERA_LENGTH && camera.chars().noneMatch(Character::isISOControl)) {
                return camera;
            }
        } catch (CharacterCodingException e) {
            // said below
        }
        throw new FrameException(
                FailureCode.RECORD_KEY_UNREADABLE,
                "found a key of " + key.length + " bytes that is no camera id, expected 1 to " + MAX_CAMERA_LENGTH
                        + " characters of UTF-8 without control characters");
    }

    private Frame frame(byte @Nullable [] value) throws FrameException {
        if (value == null) {
            throw new FrameException(
                    FailureCode.RECORD_VALUE_MISSING, "found a null value, expected a Frame; do not send tombstones");
        }
        if (value.length > maxBytes + DeadLetters.ENVELOPE_BYTES) {
            throw new FrameException(
                    FailureCode.RECORD_TOO_LARGE,
                    "found a record of " + value.length + " bytes, expected at most frame.max-bytes = " + maxBytes
                            + " and its envelope; send smaller pictures or raise it");
        }
        try {
            return frames.decode(value);
        } catch (IOException e) {
            throw new FrameException(FailureCode.RECORD_VALUE_UNREADABLE, e.getMessage());
        }
    }
}

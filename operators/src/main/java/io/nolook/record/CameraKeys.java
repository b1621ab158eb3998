package io.nolook.record;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Camera ids as the keys of records. */
public final class CameraKeys {

    /** Camera id under which records without a readable one are counted. */
    public static final String UNKNOWN = "unknown";

    private static final int MAX_CAMERA_LENGTH = 255;

    private CameraKeys() {}

    /** The camera of a record as far as its key can be read, else {@value #UNKNOWN}. */
    public static String cameraOrUnknown(byte @Nullable [] key) {
        try {
            return camera(key);
        } catch (IntakeException e) {
            return UNKNOWN;
        }
    }

    /**
     * The camera of a record that should be a camera's own.
     *
     * @param said the camera that the record itself names
     */
    static String checked(byte @Nullable [] key, String said) throws IntakeException {
        String camera = camera(key);
        if (!said.equals(camera)) {
            throw new IntakeException(
                    FailureCode.RECORD_KEY_MISMATCH,
                    "found key '" + camera + "' for a record of camera '" + said + "', expected the camera id as key");
        }
        return camera;
    }

    static String camera(byte @Nullable [] key) throws IntakeException {
        if (key == null || key.length == 0) {
            throw new IntakeException(
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
        throw new IntakeException(
                FailureCode.RECORD_KEY_UNREADABLE,
                "found a key of " + key.length + " bytes that is no camera id, expected 1 to " + MAX_CAMERA_LENGTH
                        + " characters of UTF-8 without control characters");
    }
}

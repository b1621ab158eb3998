package io.nolook.window;

import java.util.concurrent.TimeUnit;

/**
 * One decoded and fitted frame of one camera.
 *
 * @param camera id
 * @param epoch strictly rising per camera
 * @param sequence position in the epoch
 * @param capturedAtMicros since 1970, by the camera's clock
 * @param sourceWidth pixels, before fitting
 * @param sourceHeight pixels, before fitting
 * @param rgb uint8 [H,W,3] at the model's size; not to be changed
 * @param sentAtMillis when it was sent, since 1970; its age is counted from then
 * @param carried what travels with it unread
 */
public record CameraFrame(
        String camera,
        long epoch,
        long sequence,
        long capturedAtMicros,
        int sourceWidth,
        int sourceHeight,
        byte[] rgb,
        long sentAtMillis,
        Carried carried) {

    /** Of a source that says no such time: never too old. */
    public CameraFrame(
            String camera,
            long epoch,
            long sequence,
            long capturedAtMicros,
            int sourceWidth,
            int sourceHeight,
            byte[] rgb) {
        this(
                camera,
                epoch,
                sequence,
                capturedAtMicros,
                sourceWidth,
                sourceHeight,
                rgb,
                Long.MAX_VALUE,
                Carried.NOTHING);
    }

    /** When it was sent or, where no such time is told, when it was received; microseconds since 1970. */
    long sentOrReceivedAtMicros(long nowMillis) {
        return TimeUnit.MILLISECONDS.toMicros(sentAtMillis == Long.MAX_VALUE ? nowMillis : sentAtMillis);
    }
}

package io.nolook.window;

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
 */
public record CameraFrame(
        String camera,
        long epoch,
        long sequence,
        long capturedAtMicros,
        int sourceWidth,
        int sourceHeight,
        byte[] rgb,
        long sentAtMillis) {

    /** Of a source that says no such time: never too old. */
    public CameraFrame(
            String camera,
            long epoch,
            long sequence,
            long capturedAtMicros,
            int sourceWidth,
            int sourceHeight,
            byte[] rgb) {
        this(camera, epoch, sequence, capturedAtMicros, sourceWidth, sourceHeight, rgb, Long.MAX_VALUE);
    }
}

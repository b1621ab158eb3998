package io.nolook.window;

import io.nolook.identity.MadeWith;
import java.util.List;

/**
 * Where a camera stands: an immutable value, its keyed state without the history.
 *
 * @param cursor what has been seen
 * @param clip the clip that is being built
 * @param pending frames of the unfinished chunk, at most T-1
 */
public record CameraWindow(Cursor cursor, Clip clip, List<PendingFrame> pending) {

    /** The same, made with something else. */
    public CameraWindow madeWith(MadeWith other) {
        Clip made =
                new Clip(other, clip.first(), clip.position(), clip.begins(), clip.sourceWidth(), clip.sourceHeight());
        return new CameraWindow(cursor, made, pending);
    }

    /**
     * What has been seen of a camera.
     *
     * @param epoch current
     * @param runStart first sequence number of the gapless run
     * @param next sequence number expected
     * @param clock the camera's time
     * @param lastTakenAtMicros steady time of the newest frame that sampling took
     * @param lastArrivalMillis processing time of the newest frame
     * @param refusedSinceMillis since when only frames arrive that are late or too far ahead, -1 when not so
     */
    public record Cursor(
            long epoch,
            long runStart,
            long next,
            CameraClock clock,
            long lastTakenAtMicros,
            long lastArrivalMillis,
            long refusedSinceMillis) {

        Cursor refusedSince(long millis) {
            return new Cursor(epoch, runStart, next, clock, lastTakenAtMicros, lastArrivalMillis, millis);
        }
    }

    /**
     * The clip that is being built.
     *
     * @param madeWith encoder, runtime, size and fit of it
     * @param first sequence number of its first frame
     * @param position of its next chunk, 0 before the keyframe
     * @param begins why it begins; told at position 0
     * @param sourceWidth pixels
     * @param sourceHeight pixels
     */
    public record Clip(
            MadeWith madeWith, long first, int position, Beginning begins, int sourceWidth, int sourceHeight) {

        Clip advanced() {
            return new Clip(madeWith, first, position + 1, Beginning.of(begins.reason()), sourceWidth, sourceHeight);
        }
    }

    /**
     * A frame that waits for its chunk to fill.
     *
     * @param headers that travel with it; see {@link Carried}
     */
    public record PendingFrame(
            long sequence, long capturedAtMicros, boolean timeCorrected, byte[] headers, byte[] rgb) {}
}

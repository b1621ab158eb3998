package io.nolook.window;

import java.util.List;
import java.util.Optional;

/**
 * Where a camera stands: an immutable value, its keyed state without the history.
 *
 * @param cursor what has been seen
 * @param clip the clip that is being built
 * @param pending frames of the unfinished chunk, at most T-1
 */
public record CameraWindow(Cursor cursor, Clip clip, List<PendingFrame> pending) {

    /**
     * What has been seen of a camera.
     *
     * @param epoch current
     * @param runStart first sequence number of the gapless run
     * @param next sequence number expected
     * @param lastCapturedAtMicros of the newest frame
     * @param lastTakenAtMicros capture time of the newest frame that sampling took
     * @param lastArrivalMillis processing time of the newest frame
     * @param lowerEpochSinceMillis since when only lower epochs arrive, -1 when not so
     */
    public record Cursor(
            long epoch,
            long runStart,
            long next,
            long lastCapturedAtMicros,
            long lastTakenAtMicros,
            long lastArrivalMillis,
            long lowerEpochSinceMillis) {

        Cursor lowerSince(long millis) {
            return new Cursor(
                    epoch, runStart, next, lastCapturedAtMicros, lastTakenAtMicros, lastArrivalMillis, millis);
        }
    }

    /**
     * The clip that is being built.
     *
     * @param model identity of its encoder
     * @param first sequence number of its first frame
     * @param position of its next chunk, 0 before the keyframe
     * @param reason why it begins; told at position 0
     * @param skipped sequence numbers missing before it
     * @param sourceWidth pixels
     * @param sourceHeight pixels
     */
    public record Clip(
            String model,
            long first,
            int position,
            KeyframeReason reason,
            Optional<Chunk.Range> skipped,
            int sourceWidth,
            int sourceHeight) {

        Clip advanced() {
            return new Clip(model, first, position + 1, reason, Optional.empty(), sourceWidth, sourceHeight);
        }
    }

    /** A frame that waits for its chunk to fill. */
    public record PendingFrame(long sequence, long capturedAtMicros, boolean timeCorrected, byte[] rgb) {}
}

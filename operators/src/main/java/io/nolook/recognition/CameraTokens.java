package io.nolook.recognition;

import io.nolook.token.StreamOrder;

/**
 * One token frame of one camera, unpacked.
 *
 * @param camera id
 * @param epoch of its frames
 * @param clip sequence number of the clip's first frame
 * @param position token frames since the keyframe
 * @param begins what it says of its beginning
 * @param span the frames in it
 * @param tokens in raster order
 */
public record CameraTokens(
        String camera, long epoch, long clip, int position, StreamOrder.Begins begins, Span span, int[] tokens) {

    /** Where it stands among those of its camera. */
    public StreamOrder.Place place() {
        return new StreamOrder.Place(epoch, clip, position, span.lastCapturedAtMicros());
    }

    /**
     * The frames of a token frame.
     *
     * @param firstSequence of the first real frame
     * @param lastSequence of the last real frame
     * @param firstCapturedAtMicros of the first real frame
     * @param lastCapturedAtMicros of the last real frame
     * @param clockJumpedMicros sum of the jumps of the camera's clock so far
     */
    public record Span(
            long firstSequence,
            long lastSequence,
            long firstCapturedAtMicros,
            long lastCapturedAtMicros,
            long clockJumpedMicros) {

        /** Capture time of the first frame by a clock that never runs back. */
        long firstSteadyMicros() {
            return firstCapturedAtMicros - clockJumpedMicros;
        }

        /** Capture time of the last frame by a clock that never runs back. */
        long lastSteadyMicros() {
            return lastCapturedAtMicros - clockJumpedMicros;
        }
    }
}

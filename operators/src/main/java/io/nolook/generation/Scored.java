package io.nolook.generation;

/**
 * How surprising one token frame of a camera is, and when it was.
 *
 * @param epoch of its frames
 * @param position token frames since the keyframe
 * @param frames the real frames in it
 * @param surprise of its tokens
 */
public record Scored(long epoch, int position, Frames frames, Surprise surprise) {

    /**
     * The frames of a token frame.
     *
     * @param firstSequence of the first real frame
     * @param lastSequence of the last real frame
     * @param firstCapturedAtMicros of the first real frame
     * @param lastCapturedAtMicros of the last real frame
     * @param clockJumpedMicros sum of the jumps of the camera's clock: capture times minus this never run back
     */
    public record Frames(
            long firstSequence,
            long lastSequence,
            long firstCapturedAtMicros,
            long lastCapturedAtMicros,
            long clockJumpedMicros) {}
}

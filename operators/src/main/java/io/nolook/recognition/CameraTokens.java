package io.nolook.recognition;

/**
 * One token frame of one camera, unpacked.
 *
 * @param camera id
 * @param epoch of its frames
 * @param clip sequence number of the clip's first frame
 * @param position token frames since the keyframe
 * @param follows how it stands to the one before it
 * @param span the frames in it
 * @param tokens in raster order
 */
public record CameraTokens(
        String camera, long epoch, long clip, int position, Follows follows, Span span, int[] tokens) {

    /** How a token frame stands to the one before it. */
    public enum Follows {
        /** It is of the same clip. */
        CLIP,
        /** A keyframe that comes by interval: no frame is missing before it. */
        WITHOUT_GAP,
        /** A keyframe after something else: a gap, a new epoch or model, a skip. */
        NOTHING,
        /** A keyframe of an epoch that may be lower than the one before. */
        RESET
    }

    /**
     * The frames of a token frame.
     *
     * @param firstSequence of the first real frame
     * @param lastSequence of the last real frame
     * @param firstCapturedAtMicros of the first real frame
     * @param lastCapturedAtMicros of the last real frame
     */
    public record Span(long firstSequence, long lastSequence, long firstCapturedAtMicros, long lastCapturedAtMicros) {}
}

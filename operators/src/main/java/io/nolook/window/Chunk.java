package io.nolook.window;

import java.util.Optional;

/**
 * The frames of one model step of one camera, and where they stand.
 *
 * @param camera id
 * @param epoch of the frames
 * @param clip sequence number of the clip's first frame
 * @param position chunks since the keyframe; 0 is the keyframe
 * @param span the real frames in it
 * @param keyframe why the clip begins, at position 0 only
 * @param skipped the sequence numbers missing right before it
 * @param rgb uint8 [T,H,W,3], padded by the first-chunk or tail rule
 */
public record Chunk(
        String camera,
        long epoch,
        long clip,
        int position,
        Span span,
        Optional<KeyframeReason> keyframe,
        Optional<Range> skipped,
        byte[] rgb) {

    /**
     * The real frames of a chunk.
     *
     * @param firstSequence of the first real frame
     * @param lastSequence of the last real frame
     * @param frames how many are real, 1 to T
     * @param firstCapturedAtMicros of the first real frame
     * @param lastCapturedAtMicros of the last real frame
     * @param timeCorrected whether an implausible capture time was replaced
     * @param sourceWidth pixels
     * @param sourceHeight pixels
     */
    public record Span(
            long firstSequence,
            long lastSequence,
            int frames,
            long firstCapturedAtMicros,
            long lastCapturedAtMicros,
            boolean timeCorrected,
            int sourceWidth,
            int sourceHeight) {}

    /** Sequence numbers {@code from} to {@code to}, both included. */
    public record Range(long from, long to) {}
}

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
 * @param begins why the clip begins, at position 0 only
 * @param headers that travel with its last frame; see {@link Carried}
 * @param rgb uint8 [T,H,W,3], padded by the first-chunk or tail rule
 */
public record Chunk(
        String camera,
        long epoch,
        long clip,
        int position,
        Span span,
        Optional<Beginning> begins,
        byte[] headers,
        byte[] rgb) {

    /** The reason of a keyframe, at position 0 only. */
    public Optional<KeyframeReason> keyframe() {
        return begins.map(Beginning::reason);
    }

    /** The sequence numbers missing right before it. */
    public Optional<Range> skipped() {
        return begins.flatMap(Beginning::skipped);
    }

    /**
     * The real frames of a chunk.
     *
     * @param firstSequence of the first real frame
     * @param lastSequence of the last real frame
     * @param frames how many are real, 1 to T
     * @param firstCapturedAtMicros of the first real frame
     * @param lastCapturedAtMicros of the last real frame
     * @param timeCorrected whether an implausible capture time was replaced
     * @param clockJumpedMicros sum of the jumps of the camera's clock so far: captured minus this never runs back
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
            long clockJumpedMicros,
            int sourceWidth,
            int sourceHeight) {

        /** The same of a clock that has jumped so far. */
        public Span withClockJumped(long micros) {
            return new Span(
                    firstSequence,
                    lastSequence,
                    frames,
                    firstCapturedAtMicros,
                    lastCapturedAtMicros,
                    timeCorrected,
                    micros,
                    sourceWidth,
                    sourceHeight);
        }
    }

    /** Names a chunk within its camera's epoch. */
    public record Place(long clip, int position) {}

    /** Sequence numbers {@code from} to {@code to}, both included. */
    public record Range(long from, long to) {}
}

package io.nolook.window;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A frame that came, and what the rules of {@link WindowReference} say of it. */
final class SeenFrame {
    final CameraFrame frame;
    final long arrivedMillis;
    FrameFate fate = FrameFate.ACCEPTED;
    long timeMicros;
    boolean beginsRun;

    @Nullable
    KeyframeReason beginsClip;

    Optional<Chunk.Range> missing = Optional.empty();
    int chunkFrames;
    /** It is a keyframe to be, unless a newer frame takes its place. */
    boolean waits;
    /** A newer frame took its place. */
    boolean givenUp;
    /** Its chunk ends with it, however many frames that has. */
    boolean cut;

    SeenFrame(CameraFrame frame, long arrivedMillis, int chunkFrames) {
        this.frame = frame;
        this.arrivedMillis = arrivedMillis;
        this.chunkFrames = chunkFrames;
    }

    /** Whether it is one of its camera's numbers, in order. */
    boolean inOrder() {
        return fate == FrameFate.ACCEPTED || fate == FrameFate.SAMPLED;
    }

    boolean kept() {
        return fate == FrameFate.ACCEPTED && !givenUp;
    }

    boolean corrected() {
        return timeMicros != frame.capturedAtMicros();
    }
}

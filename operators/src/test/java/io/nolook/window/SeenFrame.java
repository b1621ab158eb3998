package io.nolook.window;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A frame that came, and what the rules of {@link WindowReference} say of it. */
final class SeenFrame {
    final CameraFrame frame;
    final long arrivedMillis;
    FrameFate fate = FrameFate.ACCEPTED;
    long timeMicros;
    /** Sum of the jumps of its camera's clock in its run, up to it. */
    long jumpedMicros;
    /** How far the clock jumped right before it. */
    long jumpMicros;
    /** Between frames of its run that no jump parts, up to it; 0 while there is none. */
    long usualStepMicros;

    boolean beginsRun;

    @Nullable
    KeyframeReason beginsClip;

    /** What the reason of its clip does not say. */
    String detail = "";
    /** Whether its clip follows the one before without a missing frame, and says so. */
    boolean follows;

    Optional<Chunk.Range> missing = Optional.empty();
    int chunkFrames;
    /** It is a keyframe to be, unless a newer frame takes its place. */
    boolean waits;
    /** A newer frame took its place, or it cannot go into a chunk that is fitted otherwise. */
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

    /** Its time by a clock that never runs back. */
    long steadyMicros() {
        return timeMicros - jumpedMicros;
    }

    boolean refused() {
        return fate == FrameFate.LATE || fate == FrameFate.AHEAD;
    }

    boolean corrected() {
        return timeMicros != frame.capturedAtMicros();
    }

    /** The frames in order since the one that began their run: none is missing among them. */
    static List<SeenFrame> run(List<SeenFrame> seen) {
        List<SeenFrame> run = new ArrayList<>();
        for (SeenFrame of : seen) {
            if (of.inOrder()) {
                if (of.beginsRun) {
                    run.clear();
                }
                run.add(of);
            }
        }
        return run;
    }
}

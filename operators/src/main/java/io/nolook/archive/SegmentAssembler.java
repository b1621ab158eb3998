package io.nolook.archive;

import io.nolook.token.StreamOrder;
import java.util.Optional;

/**
 * Cuts a camera's token frames into segments; a pure step.
 *
 * <pre>
 *   {@link StreamOrder} --+-- LATE, DUPLICATE ------> REPEATED
 *                 +-- HOLE -----------------> cut: token frames are missing, then collected
 *                 +-- keyframe -------------> cut, then collected
 *                 +-- NEXT -----------------> collected; when full or made otherwise, after a cut
 * </pre>
 */
public final class SegmentAssembler {
    /** What becomes of a token frame. */
    public enum Fate {
        COLLECTED,
        /** Archived before, or given up for newer ones. */
        REPEATED
    }

    /**
     * What arrives.
     *
     * @param head its own
     * @param position in its clip
     * @param begins what it says of its beginning
     * @param capturedAtMicros of its last real frame
     * @param bytes of its record
     */
    public record Arrival(SegmentHead head, int position, StreamOrder.Begins begins, long capturedAtMicros, int bytes) {

        private StreamOrder.Place place() {
            return new StreamOrder.Place(head.epoch(), head.clip(), position, capturedAtMicros);
        }
    }

    /**
     * What one step returns.
     *
     * @param cut why what was collected so far is a segment now, if it is
     * @param fate of the token frame
     * @param cursor the new state
     */
    public record Result(Optional<SegmentEnd> cut, Fate fate, SegmentCursor cursor) {}

    private final SegmentLimits limits;

    public SegmentAssembler(SegmentLimits limits) {
        this.limits = limits;
    }

    /**
     * @param before the camera's cursor, empty at its first token frame
     * @param nowMillis processing time
     */
    public Result step(Optional<SegmentCursor> before, Arrival arrival, long nowMillis) {
        StreamOrder.Verdict verdict =
                StreamOrder.of(before.map(SegmentCursor::place), arrival.place(), arrival.begins());
        if (verdict == StreamOrder.Verdict.LATE || verdict == StreamOrder.Verdict.DUPLICATE) {
            return new Result(Optional.empty(), Fate.REPEATED, before.orElseThrow());
        }
        Optional<SegmentEnd> cut = before.flatMap(cursor -> cut(cursor, arrival, verdict));
        SegmentCursor after = before.isEmpty() || cut.isPresent()
                ? begin(arrival, nowMillis)
                : append(before.get(), arrival, nowMillis);
        return new Result(cut, Fate.COLLECTED, after);
    }

    private Optional<SegmentEnd> cut(SegmentCursor cursor, Arrival arrival, StreamOrder.Verdict verdict) {
        if (verdict == StreamOrder.Verdict.HOLE) {
            return Optional.of(SegmentEnd.HOLE);
        }
        if (arrival.position() == 0) {
            return Optional.of(SegmentEnd.KEYFRAME);
        }
        if (!arrival.head().equals(cursor.head())) {
            return Optional.of(SegmentEnd.CHANGED);
        }
        int most = Math.min(
                limits.tokenFrames(), SegmentCoder.mostTokenFrames(cursor.head().grid()));
        boolean full = cursor.tokenFrames() >= most || cursor.bytes() + arrival.bytes() > limits.bytes();
        return full ? Optional.of(SegmentEnd.FULL) : Optional.empty();
    }

    private static SegmentCursor begin(Arrival arrival, long nowMillis) {
        return new SegmentCursor(
                arrival.head(), arrival.position() + 1, 1, arrival.bytes(), arrival.capturedAtMicros(), nowMillis);
    }

    private static SegmentCursor append(SegmentCursor cursor, Arrival arrival, long nowMillis) {
        return new SegmentCursor(
                cursor.head(),
                cursor.next() + 1,
                cursor.tokenFrames() + 1,
                cursor.bytes() + arrival.bytes(),
                arrival.capturedAtMicros(),
                nowMillis);
    }
}

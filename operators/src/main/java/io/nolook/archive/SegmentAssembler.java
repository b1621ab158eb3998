package io.nolook.archive;

import java.util.Optional;
import java.util.Set;

/**
 * Cuts a camera's token frames into segments; a pure step.
 *
 * <pre>
 *   token frame --+-- not after the newest ----------> REPEATED (unless it says that numbers begin again)
 *                 +-- next of its clip --------------> collected; when full or made otherwise, after a cut
 *                 +-- keyframe ----------------------> cut, then collected
 *                 +-- later in its or another clip --> cut: token frames are missing, then collected
 * </pre>
 *
 * <p>Order is that of (epoch, clip, position). Numbers may go back where the stream says so: at a keyframe of reason
 * EPOCH_RESET or FIRST_FRAME that is of a lower epoch, or of the same epoch and captured later than the newest.
 */
public final class SegmentAssembler {
    private static final Set<String> BEGINS_AGAIN = Set.of("EPOCH_RESET", "FIRST_FRAME");

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
     * @param keyframe name of the reason, at a keyframe
     * @param capturedAtMicros of its last real frame
     * @param bytes of its record
     */
    public record Arrival(
            SegmentHead head, int position, Optional<String> keyframe, long capturedAtMicros, int bytes) {}

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
        if (before.isEmpty()) {
            return new Result(Optional.empty(), Fate.COLLECTED, begin(arrival, nowMillis));
        }
        SegmentCursor cursor = before.get();
        if (!follows(cursor, arrival) && !beginsAgain(cursor, arrival)) {
            return new Result(Optional.empty(), Fate.REPEATED, arrivedAt(cursor, nowMillis));
        }
        Optional<SegmentEnd> cut = cut(cursor, arrival);
        SegmentCursor after = cut.isPresent() ? begin(arrival, nowMillis) : append(cursor, arrival, nowMillis);
        return new Result(cut, Fate.COLLECTED, after);
    }

    private static boolean follows(SegmentCursor cursor, Arrival arrival) {
        SegmentHead newest = cursor.head();
        SegmentHead head = arrival.head();
        if (head.epoch() != newest.epoch()) {
            return head.epoch() > newest.epoch();
        }
        return head.clip() == newest.clip() ? arrival.position() >= cursor.next() : head.clip() > newest.clip();
    }

    private static boolean beginsAgain(SegmentCursor cursor, Arrival arrival) {
        if (arrival.position() > 0
                || arrival.keyframe().filter(BEGINS_AGAIN::contains).isEmpty()) {
            return false;
        }
        boolean lower = arrival.head().epoch() < cursor.head().epoch();
        return lower || arrival.capturedAtMicros() > cursor.lastCapturedAtMicros();
    }

    private Optional<SegmentEnd> cut(SegmentCursor cursor, Arrival arrival) {
        SegmentHead newest = cursor.head();
        SegmentHead head = arrival.head();
        boolean sameClip = head.epoch() == newest.epoch() && head.clip() == newest.clip();
        if (arrival.position() == 0) {
            return Optional.of(SegmentEnd.KEYFRAME);
        }
        if (!sameClip || arrival.position() != cursor.next()) {
            return Optional.of(SegmentEnd.HOLE);
        }
        if (!head.equals(newest)) {
            return Optional.of(SegmentEnd.CHANGED);
        }
        boolean full =
                cursor.tokenFrames() >= limits.tokenFrames() || cursor.bytes() + arrival.bytes() > limits.bytes();
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

    private static SegmentCursor arrivedAt(SegmentCursor cursor, long nowMillis) {
        return new SegmentCursor(
                cursor.head(),
                cursor.next(),
                cursor.tokenFrames(),
                cursor.bytes(),
                cursor.lastCapturedAtMicros(),
                nowMillis);
    }
}

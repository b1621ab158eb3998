package io.nolook.sequence;

import io.nolook.token.StreamOrder;
import java.util.Optional;

/**
 * Where a camera's sequence stands: an immutable value, its keyed state.
 *
 * @param spec how the run is cut; empty in state of 0.1.0, which does not tell
 * @param run of token frames that is being written
 * @param next position expected
 * @param index windows of the run so far
 * @param start places of the run before the first pending one
 * @param repeated pending places that the window before has
 * @param firstCapturedAtMicros of the token frame in which the pending places begin
 * @param lastCapturedAtMicros of the newest token frame
 * @param lastArrivalMillis processing time of the newest
 * @param pending ids of the window that is not full
 */
public record SequenceState(
        Optional<SequenceSpec> spec,
        SequenceRun run,
        int next,
        int index,
        long start,
        int repeated,
        long firstCapturedAtMicros,
        long lastCapturedAtMicros,
        long lastArrivalMillis,
        int[] pending) {

    /** Of the newest token frame. */
    StreamOrder.Place place() {
        return new StreamOrder.Place(run.epoch(), run.clip(), next - 1, lastCapturedAtMicros);
    }
}

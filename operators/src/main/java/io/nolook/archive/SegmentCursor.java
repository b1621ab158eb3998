package io.nolook.archive;

import io.nolook.token.StreamOrder;

/**
 * Where a camera's archive stands: an immutable value, its keyed state without the token frames themselves.
 *
 * @param head of the segment that is being collected
 * @param next position expected
 * @param tokenFrames collected so far
 * @param bytes of their records
 * @param lastCapturedAtMicros of the newest
 * @param lastArrivalMillis processing time of the newest
 */
public record SegmentCursor(
        SegmentHead head, int next, int tokenFrames, long bytes, long lastCapturedAtMicros, long lastArrivalMillis) {

    /** Of the newest token frame. */
    StreamOrder.Place place() {
        return new StreamOrder.Place(head.epoch(), head.clip(), next - 1, lastCapturedAtMicros);
    }
}

package io.nolook.window;

import io.nolook.window.CameraWindow.Cursor;

/** How a frame stands to the newest one of its camera, by epoch and sequence number. */
enum FrameOrder {
    /** The number expected. */
    NEXT,
    /** Numbers are missing before it. */
    GAP,
    /** Its epoch is higher. */
    EPOCH,
    /** Its number was seen in this run. */
    DUPLICATE,
    /** Its epoch is lower, or its number from before this run. */
    LATE,
    /** More numbers are missing before it than may be. */
    AHEAD;

    /**
     * @param maxAhead most sequence numbers that may be missing
     */
    static FrameOrder of(Cursor cursor, CameraFrame frame, long maxAhead) {
        if (frame.epoch() != cursor.epoch()) {
            return frame.epoch() < cursor.epoch() ? LATE : EPOCH;
        }
        if (frame.sequence() < cursor.next()) {
            return frame.sequence() < cursor.runStart() ? LATE : DUPLICATE;
        }
        if (frame.sequence() - cursor.next() > maxAhead) {
            return AHEAD;
        }
        return frame.sequence() == cursor.next() ? NEXT : GAP;
    }
}

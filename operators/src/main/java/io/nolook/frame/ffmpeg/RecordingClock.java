package io.nolook.frame.ffmpeg;

import org.bytedeco.ffmpeg.global.avutil;

/**
 * Times of a recording's pictures, from its first one on.
 *
 * <p>They never run back: where the recording's own do, another take begins, a minute later. All times in microseconds.
 */
final class RecordingClock {
    private static final long JITTER = 1_000_000;
    private static final long BETWEEN_TAKES = 60_000_000;

    private long base;
    private boolean timed;
    private long previous = -1;

    /**
     * @param told presentation time, or none ({@link avutil#AV_NOPTS_VALUE})
     * @param usual time from one picture to the next, for those that have none
     */
    long at(long told, long usual) {
        previous = told == avutil.AV_NOPTS_VALUE ? previous < 0 ? 0 : previous + usual : counted(told);
        return previous;
    }

    /** Of the newest picture; -1 before the first. */
    long last() {
        return previous;
    }

    private long counted(long told) {
        if (!timed) {
            timed = true;
            base = told;
        } else if (told - base < previous - JITTER) {
            base = told - previous - BETWEEN_TAKES;
        }
        return Math.max(0, told - base);
    }
}

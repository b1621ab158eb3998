package io.nolook.frame;

/**
 * Which of a camera's pictures are taken when fewer are wanted than come.
 *
 * <p>By slots of time, one picture each: a camera slightly faster than asked loses one in many, not every second one.
 *
 * @param intervalMicros length of a slot, microseconds; 0 takes all
 */
public record Sampling(long intervalMicros) {
    /** Before the first picture that was taken. */
    public static final long NONE = Long.MIN_VALUE;

    public Sampling {
        if (intervalMicros < 0) {
            throw new IllegalArgumentException("found an interval of " + intervalMicros + " us, expected at least 0");
        }
    }

    /** At most so many pictures a second; 0 takes all. */
    public static Sampling ofRate(double framesPerSecond) {
        return new Sampling(framesPerSecond == 0 ? 0 : Math.round(1e6 / framesPerSecond));
    }

    /**
     * @param atMicros time of the picture
     * @param lastTakenMicros time of the one that was taken last, {@link #NONE} before the first
     */
    public boolean leavesOut(long atMicros, long lastTakenMicros) {
        return intervalMicros > 0
                && lastTakenMicros != NONE
                && Math.floorDiv(atMicros, intervalMicros) <= Math.floorDiv(lastTakenMicros, intervalMicros);
    }
}

package io.nolook.camera;

/**
 * How long to wait before a camera is reached for again: twice as long each time, with jitter, up to a minute.
 *
 * <p>Jitter keeps cameras apart that failed together. Pure: chance comes in.
 */
final class BackOff {
    private static final long MOST_MILLIS = 60_000;

    private final long firstMillis;
    private long next;

    /**
     * @param firstMillis the first wait, at most a minute
     */
    BackOff(long firstMillis) {
        this.firstMillis = firstMillis;
        next = firstMillis;
    }

    /** A connection has delivered frames: the next wait is short again. */
    void reset() {
        next = firstMillis;
    }

    /**
     * The next wait.
     *
     * @param chance from 0 up to 1
     */
    long nextMillis(double chance) {
        long now = next;
        next = Math.min(MOST_MILLIS, 2 * next);
        return Math.round(now * (0.5 + chance / 2));
    }
}

package io.nolook.flink.stream;

import java.util.OptionalLong;

/**
 * Says when a camera counts as silent: one rule for everything that forgets cameras.
 *
 * <p>Silence counts from when the operator could hear. After a restore every camera gets its whole time again, however
 * long the job was down; so it does when a look comes late, since then the task was blocked and what cameras sent
 * meanwhile still waits. One for each operator; the task thread alone calls it.
 */
public final class SilenceClock {
    private static final long LEAST_DELAY_MILLIS = 1000;

    private final long ttlMillis;
    private final long lateMillis;
    private long hearsSinceMillis = Long.MIN_VALUE;

    /**
     * @param ttlMillis silence after which a camera is forgotten, at least 1
     */
    public SilenceClock(long ttlMillis) {
        this.ttlMillis = ttlMillis;
        lateMillis = Math.max(LEAST_DELAY_MILLIS, ttlMillis / 10);
    }

    /** When to look for the first time at a camera that was heard now. */
    public long firstLook(long nowMillis) {
        if (hearsSinceMillis == Long.MIN_VALUE) {
            hearsSinceMillis = nowMillis;
        }
        return nowMillis + ttlMillis;
    }

    /**
     * A look at a camera.
     *
     * @param lastArrivalMillis processing time at which it was heard last
     * @param atMillis processing time that the look was asked for
     * @param nowMillis processing time
     * @return when to look again; empty when the camera is silent
     */
    public OptionalLong lookAgain(long lastArrivalMillis, long atMillis, long nowMillis) {
        if (hearsSinceMillis == Long.MIN_VALUE || nowMillis - atMillis > lateMillis) {
            hearsSinceMillis = nowMillis;
        }
        long silentFrom = Math.max(lastArrivalMillis, hearsSinceMillis) + ttlMillis;
        return silentFrom > nowMillis ? OptionalLong.of(silentFrom) : OptionalLong.empty();
    }
}

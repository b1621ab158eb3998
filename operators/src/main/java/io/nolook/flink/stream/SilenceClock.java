package io.nolook.flink.stream;

import java.util.OptionalLong;

/** Says when a camera counts as silent: one rule for everything that forgets cameras. */
public final class SilenceClock {
    private final long ttlMillis;

    /**
     * @param ttlMillis silence after which a camera is forgotten, at least 1
     */
    public SilenceClock(long ttlMillis) {
        this.ttlMillis = ttlMillis;
    }

    /** When to look for the first time at a camera that was heard now. */
    public long firstLook(long nowMillis) {
        return nowMillis + ttlMillis;
    }

    /**
     * A look at a camera.
     *
     * @param lastArrivalMillis processing time at which it was heard last
     * @param atMillis processing time that the look was asked for
     * @return when to look again; empty when the camera is silent
     */
    public OptionalLong lookAgain(long lastArrivalMillis, long atMillis) {
        long silentFrom = lastArrivalMillis + ttlMillis;
        return silentFrom > atMillis ? OptionalLong.of(silentFrom) : OptionalLong.empty();
    }
}

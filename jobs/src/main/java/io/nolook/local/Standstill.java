package io.nolook.local;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Decides when a job stands still though its broker has answered all the while; pure but for what it is told.
 *
 * <p>Flink tries again for ever, also where its only TaskManager is gone: it ends itself when a task cannot be cancelled,
 * as after minutes without a broker.
 */
final class Standstill {
    private final long patienceNanos;
    private long since;
    private boolean begun;

    /**
     * @param patience longer than any delay between two tries
     */
    Standstill(Duration patience) {
        patienceNanos = patience.toNanos();
    }

    /**
     * @param nowNanos of a clock that never runs back
     * @param running whether all tasks run
     * @param brokerAnswers asked only when they do not
     * @return whether for longer than the patience they did not, and it did
     */
    boolean lasts(long nowNanos, boolean running, BooleanSupplier brokerAnswers) {
        if (!begun || running || !brokerAnswers.getAsBoolean()) {
            begun = true;
            since = nowNanos;
        }
        return nowNanos - since > patienceNanos;
    }
}

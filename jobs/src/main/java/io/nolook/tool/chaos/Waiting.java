package io.nolook.tool.chaos;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for conditions of other processes, each within the same time. */
record Waiting(Duration most) {
    private static final long POLL_MILLIS = 100;

    /** How long it took, in milliseconds. */
    long until(String what, Callable<Boolean> holds) throws Exception {
        long began = System.nanoTime();
        while (!holds.call()) {
            if (System.nanoTime() - began > most.toNanos()) {
                throw new TimeoutException("found no " + what + " within " + most + ", expected it; see the logs");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }
}

package io.nolook.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Waits for what takes its time on a cluster, and says every ten seconds that it does.
 *
 * @param most how long
 * @param said takes lines for people
 */
public record Patience(Duration most, Consumer<String> said) {
    private static final long LOOK_MILLIS = 200;
    private static final long SAY_SECONDS = 10;

    /**
     * Looks until there is something.
     *
     * @param what for people
     * @throws IllegalStateException when there is nothing for too long
     */
    public <T> T until(String what, Callable<Optional<T>> look) throws Exception {
        long began = System.nanoTime();
        long told = 0;
        while (true) {
            Optional<T> found = look.call();
            if (found.isPresent()) {
                return found.get();
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            if (seconds >= most.toSeconds()) {
                throw new IllegalStateException("found no " + what + " within " + seconds
                        + " s, expected one; see Flink's page, or nolook job list");
            }
            if (seconds - told >= SAY_SECONDS) {
                told = seconds;
                said.accept("waiting for the " + what + ": " + seconds + " s");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}

package io.nolook.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether the process was asked to end, as by Ctrl-C; it ends once this is closed, or a while later. */
final class StopRequest implements AutoCloseable {
    private static final long LAST_CHANCE_SECONDS = 10;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** From now on the process ends in order. */
    StopRequest() {
        TemporaryFiles.beforeTheyGo(() -> {
            asked.countDown();
            try {
                stopped.await(LAST_CHANCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    boolean isThere() {
        return asked.getCount() == 0;
    }

    /** Waits for it so long at most; whether it is there. */
    boolean await(long seconds) throws InterruptedException {
        return asked.await(seconds, TimeUnit.SECONDS);
    }

    /** What had to be done in order is done. */
    @Override
    public void close() {
        stopped.countDown();
    }
}

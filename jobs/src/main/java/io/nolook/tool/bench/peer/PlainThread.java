package io.nolook.tool.bench.peer;

import java.util.concurrent.atomic.AtomicReference;

/** The plain consumer on its thread. */
final class PlainThread implements Peer.Running {
    private final PlainConsumer consumer;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread;

    PlainThread(PlainConsumer consumer) {
        this.consumer = consumer;
        thread = new Thread(consumer, "plain-consumer");
        thread.setUncaughtExceptionHandler((of, e) -> failure.set(e));
        thread.start();
    }

    @Override
    public long cpuNanosElsewhere() {
        return 0;
    }

    @Override
    public void check() {
        if (failure.get() != null) {
            throw new IllegalStateException("the plain consumer failed", failure.get());
        }
    }

    @Override
    public void close() throws InterruptedException {
        consumer.stop();
        thread.join();
    }
}

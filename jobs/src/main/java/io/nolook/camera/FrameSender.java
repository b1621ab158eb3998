package io.nolook.camera;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Sends what waits in the queues of all cameras, picture by picture in the order in which they came.
 *
 * <p>One thread for all: where the broker takes nothing it waits, and each camera's queue lets its oldest go. Any thread
 * asks for turns; one closes it.
 */
final class FrameSender implements AutoCloseable {
    private static final long LAST_MILLIS = 1_000;

    /** At most one for each picture that waits. */
    private final BlockingQueue<Runnable> turns = new LinkedBlockingQueue<>();

    private final Thread thread = new Thread(this::run, "frame-sender");

    FrameSender() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Has something sent after all that was asked for before. */
    void turn(Runnable send) {
        turns.add(send);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                turns.take().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end
        }
    }

    /** What is being sent, and what waits, is given up. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(LAST_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.nolook.camera;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * Sends what waits in the queues of all cameras, picture by picture in the order in which they came.
 *
 * <p>One thread for all. At most {@value #MOST_KIB} KiB are with the producer: where the broker takes nothing the thread
 * waits, and each camera's queue lets its oldest go. Any thread asks for turns; one closes it.
 */
final class FrameSender implements AutoCloseable {
    private static final long LAST_MILLIS = 1_000;
    private static final int MOST_KIB = 4 << 10;
    private static final long STUCK_NANOS = 5_000_000_000L;

    /** At most one for each picture that waits. */
    private final BlockingQueue<Runnable> turns = new LinkedBlockingQueue<>();

    private volatile long progressNanos = System.nanoTime();
    private final Semaphore room = new Semaphore(MOST_KIB);
    private final Thread thread = new Thread(this::run, "frame-sender");

    FrameSender() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Has something sent after all that was asked for before. */
    void turn(Runnable send) {
        turns.add(send);
    }

    /**
     * Waits until the producer may have so many bytes more; on the sender's thread.
     *
     * @throws InterruptedException at the end
     */
    void handOn(int bytes) throws InterruptedException {
        if (room.availablePermits() == MOST_KIB) {
            progressNanos = System.nanoTime(); // nothing was on its way
        }
        room.acquire(kib(bytes));
    }

    /** The broker has them, or never will. */
    void handedOn(int bytes) {
        progressNanos = System.nanoTime();
        room.release(kib(bytes));
    }

    /** Whether something is on its way, and nothing has come through for a while: the broker is away. */
    boolean isStuck() {
        return room.availablePermits() < MOST_KIB && System.nanoTime() - progressNanos > STUCK_NANOS;
    }

    /** One that is larger than all there is room for goes alone. */
    private static int kib(int bytes) {
        return Math.min(MOST_KIB, 1 + (bytes >> 10));
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

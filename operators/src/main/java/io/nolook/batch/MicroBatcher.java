package io.nolook.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * Groups waiting work into batches of different cameras, oldest first.
 *
 * <p>A batch is due when {@code size} cameras wait, or when the oldest item has waited {@code maxDelayMillis}. A camera
 * that is in a running batch is held back until {@link #finished}: its next step needs the result of this one. Pure but
 * for its queue; not thread-safe.
 *
 * @param <T> an item of work
 */
public final class MicroBatcher<T> {

    private record Waiting<T>(T item, long sinceMillis) {}

    private final BatchLimits limits;
    private final Function<T, String> camera;
    private final ArrayDeque<Waiting<T>> queue = new ArrayDeque<>();
    private final Set<String> running = new HashSet<>();

    public MicroBatcher(BatchLimits limits, Function<T, String> camera) {
        this.limits = limits;
        this.camera = camera;
    }

    /**
     * Takes an item into the queue.
     *
     * @throws IllegalStateException when the queue is full; see {@link #queueFull}
     */
    public void offer(T item, long nowMillis) {
        if (queueFull()) {
            throw new IllegalStateException("found batch.queue = " + limits.queue() + " items waiting, expected fewer");
        }
        queue.add(new Waiting<>(item, nowMillis));
    }

    /** The next batch if one is due, else an empty list. */
    public List<T> due(long nowMillis) {
        List<T> ready = ready();
        boolean waitedEnough = !queue.isEmpty() && nowMillis - oldestReady(nowMillis) >= limits.maxDelayMillis();
        return ready.size() == limits.size() || waitedEnough ? take(ready) : List.of();
    }

    /** The next batch if it is full, else an empty list. */
    public List<T> full() {
        List<T> ready = ready();
        return ready.size() == limits.size() ? take(ready) : List.of();
    }

    /** The next batch whether due or not; empty when nothing waits or all that waits is held back. */
    public List<T> drain() {
        return take(ready());
    }

    /** When {@link #due} will have a batch if nothing else comes; empty when nothing that is ready waits. */
    public OptionalLong deadline() {
        long oldest = oldestReady(Long.MAX_VALUE);
        return oldest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(oldest + limits.maxDelayMillis());
    }

    /** The batch has run: its cameras may run again. */
    public void finished(List<T> batch) {
        batch.forEach(item -> running.remove(camera.apply(item)));
    }

    /** Whether the queue takes no more. */
    public boolean queueFull() {
        return queue.size() >= limits.queue();
    }

    public int waiting() {
        return queue.size();
    }

    /** Items taken and not finished yet. */
    public int running() {
        return running.size();
    }

    public boolean idle() {
        return queue.isEmpty() && running.isEmpty();
    }

    private List<T> ready() {
        List<T> ready = new ArrayList<>(limits.size());
        Set<String> taken = new HashSet<>(running);
        for (Waiting<T> waiting : queue) {
            if (ready.size() == limits.size()) {
                break;
            }
            if (taken.add(camera.apply(waiting.item()))) {
                ready.add(waiting.item());
            }
        }
        return ready;
    }

    private List<T> take(List<T> ready) {
        if (ready.isEmpty()) {
            return List.of();
        }
        Iterator<T> next = ready.iterator();
        T wanted = next.next();
        for (Iterator<Waiting<T>> waiting = queue.iterator(); waiting.hasNext() && wanted != null; ) {
            if (waiting.next().item() == wanted) {
                waiting.remove();
                running.add(camera.apply(wanted));
                wanted = next.hasNext() ? next.next() : null;
            }
        }
        return ready;
    }

    private long oldestReady(long otherwise) {
        for (Waiting<T> waiting : queue) {
            if (!running.contains(camera.apply(waiting.item()))) {
                return waiting.sinceMillis();
            }
        }
        return otherwise;
    }
}

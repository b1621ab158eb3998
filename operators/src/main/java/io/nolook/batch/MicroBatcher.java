package io.nolook.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * Groups waiting work into batches of different cameras, oldest first.
 *
 * <p>A batch is due when {@code size} cameras wait, or when the oldest item has waited {@code maxDelayMillis}. A
 * camera's items leave in their order, each in another batch; who runs the batches in their order needs no more. Pure
 * but for its queue; not thread-safe.
 *
 * @param <T> an item of work
 */
public final class MicroBatcher<T> {

    private record Waiting<T>(T item, String camera, long sinceMillis) {}

    private final BatchLimits limits;
    private final Function<T, String> camera;
    private final ArrayDeque<Waiting<T>> queue = new ArrayDeque<>();
    private final Map<String, Integer> waitingByCamera = new HashMap<>();

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
        Waiting<T> waiting = new Waiting<>(item, camera.apply(item), nowMillis);
        queue.add(waiting);
        waitingByCamera.merge(waiting.camera(), 1, Integer::sum);
    }

    /** The next batch if one is due, else an empty list. */
    public List<T> due(long nowMillis) {
        boolean waitedEnough = !queue.isEmpty() && nowMillis - queue.peek().sinceMillis() >= limits.maxDelayMillis();
        return waitedEnough ? drain() : full();
    }

    /** The next batch if it is full, else an empty list. */
    public List<T> full() {
        return waitingByCamera.size() >= limits.size() ? drain() : List.of();
    }

    /** The next batch whether due or not; empty when nothing waits. */
    public List<T> drain() {
        List<T> batch = new ArrayList<>(limits.size());
        Set<String> taken = new HashSet<>();
        Iterator<Waiting<T>> oldest = queue.iterator();
        while (batch.size() < limits.size() && oldest.hasNext()) {
            Waiting<T> waiting = oldest.next();
            if (taken.add(waiting.camera())) {
                batch.add(waiting.item());
                oldest.remove();
            }
        }
        taken.forEach(name -> waitingByCamera.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1));
        return batch;
    }

    /** When {@link #due} will have a batch if nothing else comes; empty when nothing waits. */
    public OptionalLong deadline() {
        return queue.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(queue.peek().sinceMillis() + limits.maxDelayMillis());
    }

    /** Whether the queue takes no more. */
    public boolean queueFull() {
        return queue.size() >= limits.queue();
    }

    public int waiting() {
        return queue.size();
    }
}

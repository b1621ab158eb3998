package io.nolook.model;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The activations of the cameras seen last, bounded in bytes.
 *
 * <p>An entry knows the step it is ready for. Entries with work under way are held; of the others the least recently
 * used go first. When all are held the bound is exceeded by at most the batch queue, and {@link #overCommitted} says
 * so. Not thread-safe: the task thread owns it, the inference thread only writes the tensors of held entries.
 */
public final class ActivationCache {

    private static final class Entry {
        final Activations activations;
        StepPlace ready;
        int holds;
        boolean gone;

        Entry(Activations activations) {
            this.activations = activations;
        }
    }

    /** What a step works on, held until it is released. */
    public record StepActivations(Activations activations, ModelStep.Start start) {}

    private final long maxBytes;
    private final long entryBytes;
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param maxBytes of all entries
     * @param entryBytes of one, at least 0
     */
    public ActivationCache(long maxBytes, long entryBytes) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException(
                    "activations.max-bytes: found " + maxBytes + ", expected at least 0 bytes");
        }
        this.maxBytes = maxBytes;
        this.entryBytes = entryBytes;
    }

    /** Holds the camera's activations if they are ready for this step, and moves them on to the next. */
    public Optional<StepActivations> holdReady(String camera, StepPlace step) {
        Entry entry = entries.get(camera);
        if (entry == null || !step.equals(entry.ready)) {
            return Optional.empty();
        }
        return Optional.of(hold(entry, step, ModelStep.Start.CURRENT));
    }

    /** Holds activations that start from zeros and will be ready for the step after this one. */
    public StepActivations holdFresh(String camera, StepPlace step, Supplier<Activations> make) {
        Entry entry = entries.computeIfAbsent(camera, name -> new Entry(make.get()));
        StepActivations held = hold(entry, step, ModelStep.Start.ZEROS);
        shrink();
        return held;
    }

    private static StepActivations hold(Entry entry, StepPlace step, ModelStep.Start start) {
        entry.holds++;
        entry.gone = false;
        entry.ready = step.next();
        return new StepActivations(entry.activations, start);
    }

    /** One piece of the camera's work is done. */
    public void release(String camera) {
        Entry entry = entries.get(camera);
        if (entry == null || entry.holds == 0) {
            throw new IllegalStateException("found no work of camera " + camera + ", expected some to release");
        }
        entry.holds--;
        if (entry.gone && entry.holds == 0) {
            entries.remove(camera);
        }
        shrink();
    }

    /** The camera is gone; its entry goes when the last of its work is done, unless the camera comes back before. */
    public void forget(String camera) {
        Entry entry = entries.get(camera);
        if (entry == null) {
            return;
        }
        entry.gone = true;
        if (entry.holds == 0) {
            entries.remove(camera);
        }
    }

    public long bytes() {
        return entries.size() * entryBytes;
    }

    /** Whether held entries alone are more than the bound. */
    public boolean overCommitted() {
        return bytes() > maxBytes;
    }

    private void shrink() {
        Iterator<Map.Entry<String, Entry>> eldest = entries.entrySet().iterator();
        while (overCommitted() && eldest.hasNext()) {
            if (eldest.next().getValue().holds == 0) {
                eldest.remove();
            }
        }
    }
}

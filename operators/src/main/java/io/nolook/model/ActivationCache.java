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
 * so. Who carries activations is given those that go. Not thread-safe: the task thread owns it, the inference thread
 * only writes the tensors of held entries.
 */
public final class ActivationCache {

    private static final class Entry {
        final Activations activations;
        StepPlace ready;
        int holds;
        boolean gone;
        boolean changed;

        Entry(Activations activations) {
            this.activations = activations;
        }
    }

    /** Is given the activations of a camera, and the step that they are ready for, when nothing of it is under way. */
    public interface Carrier {
        void carry(String camera, StepPlace ready, Activations activations) throws Exception;

        /** Of models whose activations are rebuilt. */
        Carrier NONE = (camera, ready, activations) -> {};
    }

    /** What a step works on, held until it is released. */
    public record StepActivations(Activations activations, ModelStep.Start start) {}

    private final long maxBytes;
    private final long entryBytes;
    private final Carrier carrier;
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param maxBytes of all entries
     * @param entryBytes of one, at least 0
     * @param carrier is given what goes for want of room and has changed since it was given last
     */
    public ActivationCache(long maxBytes, long entryBytes, Carrier carrier) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException(
                    "activations.max-bytes: found " + maxBytes + ", expected at least 0 bytes");
        }
        this.maxBytes = maxBytes;
        this.entryBytes = entryBytes;
        this.carrier = carrier;
    }

    /** Holds the camera's activations if they are ready for this step, and moves them on to the next. */
    public Optional<StepActivations> holdReady(String camera, StepPlace step) {
        Entry entry = entries.get(camera);
        if (entry == null || !step.equals(entry.ready)) {
            return Optional.empty();
        }
        return Optional.of(hold(entry, step, ModelStep.Start.CURRENT));
    }

    /** Takes in activations that were carried, and are ready for this step. */
    public void restore(String camera, StepPlace step, Activations activations) {
        Entry entry = new Entry(activations);
        entry.ready = step;
        entries.put(camera, entry);
    }

    /** Gives the carrier all that has changed since it was given last; nothing may be under way. */
    public void carryAll() throws Exception {
        for (Map.Entry<String, Entry> each : entries.entrySet()) {
            carry(each.getKey(), each.getValue());
        }
    }

    private void carry(String camera, Entry entry) throws Exception {
        if (entry.changed && !entry.gone) {
            entry.changed = false;
            carrier.carry(camera, entry.ready, entry.activations);
        }
    }

    /** Holds activations that start from zeros and will be ready for the step after this one. */
    public StepActivations holdFresh(String camera, StepPlace step, Supplier<Activations> make) throws Exception {
        Entry entry = entries.computeIfAbsent(camera, name -> new Entry(make.get()));
        StepActivations held = hold(entry, step, ModelStep.Start.ZEROS);
        shrink();
        return held;
    }

    private static StepActivations hold(Entry entry, StepPlace step, ModelStep.Start start) {
        entry.holds++;
        entry.gone = false;
        entry.changed = true;
        entry.ready = step.next();
        return new StepActivations(entry.activations, start);
    }

    /** One piece of the camera's work is done. */
    public void release(String camera) throws Exception {
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

    private void shrink() throws Exception {
        Iterator<Map.Entry<String, Entry>> eldest = entries.entrySet().iterator();
        while (overCommitted() && eldest.hasNext()) {
            Map.Entry<String, Entry> next = eldest.next();
            if (next.getValue().holds == 0) {
                carry(next.getKey(), next.getValue());
                eldest.remove();
            }
        }
    }
}

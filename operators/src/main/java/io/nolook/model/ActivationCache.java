package io.nolook.model;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The activations of the cameras seen last, bounded in bytes.
 *
 * <p>An entry knows its model, and the step it is ready for. Entries with work under way are held; of the others the least recently
 * used go first. When all are held the bound is exceeded by at most the batch queue, and {@link #overCommitted} says
 * so. Who carries activations is given those that go. Not thread-safe: the task thread owns it, the inference thread
 * only writes the tensors of held entries.
 */
public final class ActivationCache {

    private static final class Entry {
        final StreamModel<?, ?> model;
        final Activations activations;
        final long bytes;
        StepPlace ready;
        int holds;
        boolean gone;
        boolean changed;

        Entry(StreamModel<?, ?> model, Activations activations) {
            this.model = model;
            this.activations = activations;
            bytes = activations.bytes();
        }
    }

    /** Is given the activations of a camera, and the step that they are ready for, when nothing of it is under way. */
    public interface Carrier {
        void carry(StreamModel<?, ?> model, String camera, StepPlace ready, Activations activations) throws Exception;

        /** Of models whose activations are rebuilt. */
        Carrier NONE = (model, camera, ready, activations) -> {};
    }

    /** What a step works on, held until it is released. */
    public record StepActivations(Activations activations, ModelStep.Start start) {}

    private final long maxBytes;
    private final Carrier carrier;
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * @param maxBytes of all entries
     * @param carrier is given what goes for want of room and has changed since it was given last
     */
    public ActivationCache(long maxBytes, Carrier carrier) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException(
                    "activations.max-bytes: found " + maxBytes + ", expected at least 0 bytes");
        }
        this.maxBytes = maxBytes;
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
    public void restore(String camera, StepPlace step, StreamModel<?, ?> model, Activations activations) {
        Entry entry = new Entry(model, activations);
        entry.ready = step;
        put(camera, entry);
    }

    private void put(String camera, Entry entry) {
        Entry before = entries.put(camera, entry);
        bytes += entry.bytes - (before == null ? 0 : before.bytes);
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
            carrier.carry(entry.model, camera, entry.ready, entry.activations);
        }
    }

    /**
     * Holds activations that start from zeros and will be ready for the step after this one.
     *
     * <p>Those that another model had go: nothing of the camera may be under way with it.
     */
    public StepActivations holdFresh(String camera, StepPlace step, StreamModel<?, ?> model) throws Exception {
        Entry entry = entries.get(camera);
        if (entry == null || entry.model != model) {
            entry = new Entry(model, model.newActivations());
            put(camera, entry);
        }
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

    /** Whether work of the camera is under way with another model. */
    public boolean isHeldByAnother(String camera, StreamModel<?, ?> model) {
        Entry entry = entries.get(camera);
        return entry != null && entry.holds > 0 && entry.model != model;
    }

    /** One piece of the camera's work is done. */
    public void release(String camera) throws Exception {
        Entry entry = entries.get(camera);
        if (entry == null || entry.holds == 0) {
            throw new IllegalStateException("found no work of camera " + camera + ", expected some to release");
        }
        entry.holds--;
        if (entry.gone && entry.holds == 0) {
            remove(camera, entry);
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
            remove(camera, entry);
        }
    }

    private void remove(String camera, Entry entry) {
        entries.remove(camera);
        bytes -= entry.bytes;
    }

    public long bytes() {
        return bytes;
    }

    /** Whether held entries alone are more than the bound. */
    public boolean overCommitted() {
        return bytes > maxBytes;
    }

    private void shrink() throws Exception {
        Iterator<Map.Entry<String, Entry>> eldest = entries.entrySet().iterator();
        while (overCommitted() && eldest.hasNext()) {
            Map.Entry<String, Entry> next = eldest.next();
            if (next.getValue().holds == 0) {
                carry(next.getKey(), next.getValue());
                eldest.remove();
                bytes -= next.getValue().bytes;
            }
        }
    }
}

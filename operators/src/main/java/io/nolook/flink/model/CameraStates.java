package io.nolook.flink.model;

import io.nolook.model.StepPlace;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.state.ValueState;

/**
 * What cameras' states have become since the last barrier, written to keyed state then.
 *
 * <p>Most states change many times between two barriers, and a checkpoint needs the last only. Bounded in bytes: beyond
 * the bound the cameras seen longest ago are written at once. Owned by the task thread. Methods that name no camera's key as
 * current leave another one current.
 *
 * @param <S> a camera's state
 */
final class CameraStates<S> {
    private final StreamRules<S, ?, ?, ?, ?, ?> rules;
    private final ValueState<byte[]> states;
    private final CameraHistory history;
    private final Consumer<String> select;
    private final LongConsumer written;
    private final long maxBytes;
    private final LinkedHashMap<String, HeldState<S>> held = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * @param select makes a camera's key the current one
     * @param written is told the bytes that go to keyed state
     * @param maxBytes of states and inputs that are not written
     */
    CameraStates(
            StreamRules<S, ?, ?, ?, ?, ?> rules,
            ValueState<byte[]> states,
            CameraHistory history,
            Consumer<String> select,
            LongConsumer written,
            long maxBytes) {
        this.rules = rules;
        this.states = states;
        this.history = history;
        this.select = select;
        this.written = written;
        this.maxBytes = maxBytes;
    }

    /** The state of a camera, whose key is current; empty when there is none. */
    Optional<S> get(String camera) throws Exception {
        HeldState<S> found = held.get(camera);
        if (found != null) {
            return Optional.of(found.state());
        }
        byte[] stored = states.value();
        return stored == null ? Optional.empty() : Optional.of(rules.decode(stored));
    }

    /** A camera's state from now on. */
    void put(String camera, S state) {
        HeldState<S> known = held.get(camera);
        if (known == null) {
            HeldState<S> added = new HeldState<>(state, rules.bytes(state));
            held.put(camera, added);
            bytes += added.bytes();
        } else {
            bytes -= known.bytes();
            known.become(state, rules.bytes(state));
            bytes += known.bytes();
        }
    }

    /** The inputs before a step of a camera, whose key is current, of a model with so many chunks of history. */
    List<byte[]> before(String camera, StepPlace step, int chunks) throws Exception {
        HeldState<S> known = held.get(camera);
        return history.before(step, chunks, known == null ? Map.of() : known.inputs);
    }

    /** Keeps the input of a step of a camera, whose key is current and which has a state. */
    void keep(String camera, StepPlace step, int chunks, byte[] input) throws Exception {
        if (!held.containsKey(camera)) { // written while the camera's step before waited for room
            put(camera, get(camera).orElseThrow());
        }
        HeldState<S> known = held.get(camera);
        bytes -= known.bytes();
        known.keep(CameraHistory.slot(step, chunks), new HistorySlot(step, input));
        bytes += known.bytes();
    }

    /** Writes all, and holds nothing. */
    void writeAll() throws Exception {
        writeDownTo(0);
    }

    /** Writes what is beyond the bound. */
    void writeExcess() throws Exception {
        writeDownTo(maxBytes);
    }

    private void writeDownTo(long most) throws Exception {
        Iterator<Map.Entry<String, HeldState<S>>> eldest = held.entrySet().iterator();
        while (bytes > most && eldest.hasNext()) {
            Map.Entry<String, HeldState<S>> next = eldest.next();
            select.accept(next.getKey());
            byte[] state = rules.encode(next.getValue().state());
            states.update(state);
            written.accept(state.length + history.write(next.getValue().inputs));
            bytes -= next.getValue().bytes();
            eldest.remove();
        }
    }

    /** The camera, whose key is current, is gone. */
    void clear(String camera) {
        HeldState<S> known = held.remove(camera);
        bytes -= known == null ? 0 : known.bytes();
        states.clear();
        history.clear();
    }
}

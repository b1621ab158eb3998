package io.nolook.flink.model;

import io.nolook.model.StepPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;

/**
 * The last P inputs of the current camera, in keyed state: slot = position mod P.
 *
 * <p>A {@link HistorySlot} names its clip and position, so that one of another clip is never taken for it.
 */
final class CameraHistory {
    private final MapState<Integer, byte[]> slots;

    CameraHistory(MapState<Integer, byte[]> slots) {
        this.slots = slots;
    }

    /** Where the input of a step is kept by a model with so many chunks of history. */
    static int slot(StepPlace step, int chunks) {
        return step.position() % chunks;
    }

    /**
     * The inputs before a step, oldest first: whole, as the model saw them.
     *
     * @param chunks P of the camera's model
     * @param unwritten newer than those in keyed state, by slot
     */
    List<byte[]> before(StepPlace step, int chunks, Map<Integer, HistorySlot> unwritten) throws Exception {
        List<byte[]> found = new ArrayList<>();
        for (int p = Math.max(0, step.position() - chunks); p < step.position(); p++) {
            StepPlace at = new StepPlace(step.epoch(), step.clip(), p);
            HistorySlot kept = unwritten.get(slot(at, chunks));
            if (kept == null) {
                byte[] slot = slots.get(slot(at, chunks));
                kept = slot == null ? null : HistorySlot.decode(slot);
            }
            if (kept == null || !kept.at().equals(at)) {
                throw new IllegalStateException("found no chunk " + p + " of clip " + step.clip()
                        + " in the window, expected the " + chunks + " before chunk " + step.position()
                        + ": the state is not of this model");
            }
            found.add(kept.input());
        }
        return found;
    }

    /** Writes inputs to keyed state: how many bytes they are. */
    long write(Map<Integer, HistorySlot> unwritten) throws Exception {
        long bytes = 0;
        for (Map.Entry<Integer, HistorySlot> slot : unwritten.entrySet()) {
            byte[] encoded = slot.getValue().encode();
            slots.put(slot.getKey(), encoded);
            bytes += encoded.length;
        }
        return bytes;
    }

    void clear() {
        slots.clear();
    }
}

package io.nolook.flink.model;

import io.nolook.model.StepPlace;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.MapState;

/**
 * The last P inputs of the current camera, in keyed state: slot = position mod P.
 *
 * <p>A {@link HistorySlot} names its clip and position, so that one of another clip is never taken for it.
 */
final class CameraHistory {
    private final MapState<Integer, byte[]> slots;
    private final int chunks;

    CameraHistory(MapState<Integer, byte[]> slots, int chunks) {
        this.slots = slots;
        this.chunks = chunks;
    }

    /** The inputs before a step, oldest first: whole, as the model saw them. */
    List<byte[]> before(StepPlace step) throws Exception {
        List<byte[]> found = new ArrayList<>();
        for (int p = Math.max(0, step.position() - chunks); p < step.position(); p++) {
            byte[] slot = slots.get(p % chunks);
            HistorySlot kept = slot == null ? null : HistorySlot.decode(slot);
            if (kept == null || !kept.at().equals(new StepPlace(step.epoch(), step.clip(), p))) {
                throw new IllegalStateException("found no chunk " + p + " of clip " + step.clip()
                        + " in the window, expected the " + chunks + " before chunk " + step.position()
                        + ": the state is not of this model");
            }
            found.add(kept.input());
        }
        return found;
    }

    void put(StepPlace step, byte[] input) throws Exception {
        if (chunks > 0) {
            slots.put(step.position() % chunks, new HistorySlot(step, input).encode());
        }
    }

    void clear() {
        slots.clear();
    }
}

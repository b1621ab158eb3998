package io.nolook.flink.model;

import io.nolook.model.StepPlace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.state.MapState;

/**
 * The last P inputs of the current camera, in keyed state: slot = position mod P.
 *
 * <p>A slot holds its clip and position before the input, so that one of another clip is never taken for it.
 */
final class CameraHistory {
    private static final int HEADER = Long.BYTES + Long.BYTES + Integer.BYTES;

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
            ByteBuffer header = slot == null ? null : ByteBuffer.wrap(slot);
            if (header == null
                    || header.getLong() != step.epoch()
                    || header.getLong() != step.clip()
                    || header.getInt() != p) {
                throw new IllegalStateException("found no chunk " + p + " of clip " + step.clip()
                        + " in the window, expected the " + chunks + " before chunk " + step.position()
                        + ": the state is not of this model");
            }
            found.add(Arrays.copyOfRange(slot, HEADER, slot.length));
        }
        return found;
    }

    void put(StepPlace step, byte[] input) throws Exception {
        if (chunks > 0) {
            slots.put(
                    step.position() % chunks,
                    ByteBuffer.allocate(HEADER + input.length)
                            .putLong(step.epoch())
                            .putLong(step.clip())
                            .putInt(step.position())
                            .put(input)
                            .array());
        }
    }

    void clear() {
        slots.clear();
    }
}

package io.nolook.flink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.state.MapState;

/**
 * The last P chunks of the current camera, in keyed state: slot = chunk mod P.
 *
 * <p>A slot holds its clip and position before the pixels, so that a chunk of another clip is never taken for it.
 */
final class CameraHistory {
    private static final int HEADER = Long.BYTES + Long.BYTES + Integer.BYTES;

    private final MapState<Integer, byte[]> slots;
    private final int chunks;

    CameraHistory(MapState<Integer, byte[]> slots, int chunks) {
        this.slots = slots;
        this.chunks = chunks;
    }

    /** The chunks before {@code position}, oldest first: whole, as the model saw them. */
    List<byte[]> before(long epoch, long clip, int position) throws Exception {
        List<byte[]> found = new ArrayList<>();
        for (int p = Math.max(0, position - chunks); p < position; p++) {
            byte[] slot = slots.get(p % chunks);
            ByteBuffer header = slot == null ? null : ByteBuffer.wrap(slot);
            if (header == null || header.getLong() != epoch || header.getLong() != clip || header.getInt() != p) {
                throw new IllegalStateException("found no chunk " + p + " of clip " + clip
                        + " in the window, expected the " + chunks
                        + " before chunk " + position + ": the state is not of this model");
            }
            found.add(Arrays.copyOfRange(slot, HEADER, slot.length));
        }
        return found;
    }

    void put(long epoch, long clip, int position, byte[] rgb) throws Exception {
        if (chunks > 0) {
            slots.put(
                    position % chunks,
                    ByteBuffer.allocate(HEADER + rgb.length)
                            .putLong(epoch)
                            .putLong(clip)
                            .putInt(position)
                            .put(rgb)
                            .array());
        }
    }

    void clear() {
        slots.clear();
    }
}

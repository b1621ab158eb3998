package io.nolook.flink.model;

import io.nolook.model.Activations;
import io.nolook.model.StepPlace;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.ValueState;

/**
 * The current camera's activations in keyed state, of models that carry them.
 *
 * <p>As bytes, which live in savepoints: a change of layout takes a new version, and old ones stay readable.
 *
 * <pre>
 *   carried = version epoch clip position tensor*
 *   version = 1 byte, 1
 *   epoch   = 8 bytes, clip = 8 bytes, position = 4 bytes, highest byte first: the step that they are ready for
 *   tensor  = its bytes, in the order of the model's caches
 * </pre>
 *
 * <p>So before chunk 7 of clip 1 in epoch 2, a single cache of the one byte 9 is
 * {@code 01 0000000000000002 0000000000000001 00000007 09}.
 */
final class CarriedActivations {
    private static final byte VERSION = 1;
    private static final int HEADER = 1 + 2 * Long.BYTES + Integer.BYTES;

    private final ValueState<byte[]> carried;

    CarriedActivations(ValueState<byte[]> carried) {
        this.carried = carried;
    }

    /**
     * Those that are ready for a step; empty when there are none, or others.
     *
     * @param make new ones of the camera's model
     */
    Optional<Activations> read(StepPlace step, Supplier<Activations> make) throws Exception {
        byte[] bytes = carried.value();
        return bytes == null ? Optional.empty() : decode(bytes, step, make);
    }

    /** Writes them to keyed state: how many bytes they are. */
    long write(StepPlace ready, Activations activations) throws Exception {
        byte[] encoded = encode(ready, activations);
        carried.update(encoded);
        return encoded.length;
    }

    void clear() {
        carried.clear();
    }

    static byte[] encode(StepPlace ready, Activations activations) {
        ByteBuffer out = ByteBuffer.allocate(HEADER + activations.bytes())
                .put(VERSION)
                .putLong(ready.epoch())
                .putLong(ready.clip())
                .putInt(ready.position());
        for (int n = 0; n < activations.count(); n++) {
            out.put(activations.tensor(n));
        }
        return out.array();
    }

    static Optional<Activations> decode(byte[] bytes, StepPlace step, Supplier<Activations> make) {
        if (bytes.length == 0 || bytes[0] != VERSION) {
            throw new IllegalArgumentException("found activations of version " + (bytes.length == 0 ? "none" : bytes[0])
                    + ", expected " + VERSION + ": restore with the release that wrote them, or a newer one");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        if (bytes.length < HEADER || !step.equals(new StepPlace(in.getLong(), in.getLong(), in.getInt()))) {
            return Optional.empty();
        }
        Activations activations = make.get();
        if (in.remaining() != activations.bytes()) {
            return Optional.empty(); // of another model
        }
        for (int n = 0; n < activations.count(); n++) {
            in.get(activations.tensor(n));
        }
        return Optional.of(activations);
    }
}

package io.nolook.model;

import io.nolook.frame.FrameSize;
import java.util.Arrays;
import java.util.List;

/**
 * One camera's live tensors between steps, as the bytes that the graph takes.
 *
 * <p>Owned by whoever made them; a step reads them and writes the new ones in place. Not thread-safe.
 */
public final class Activations {
    private final List<CacheShape> shapes;
    private final byte[][] tensors;
    private int position;

    private Activations(List<CacheShape> shapes, byte[][] tensors) {
        this.shapes = shapes;
        this.tensors = tensors;
    }

    /** What stands for zero, as at the start of every clip. */
    public static Activations zeros(ModelSpec spec, FrameSize size) {
        List<CacheShape> shapes = spec.caches();
        Activations made = new Activations(
                shapes,
                shapes.stream().map(cache -> new byte[cache.bytes(size)]).toArray(byte[][]::new));
        made.clear();
        return made;
    }

    /** Back to the start of a clip: what stands for zero, at position 0. */
    public void clear() {
        position = 0;
        for (int n = 0; n < tensors.length; n++) {
            Arrays.fill(tensors[n], shapes.get(n).cell().start());
        }
    }

    /** The position in its clip of the step that they are ready for: one more after each step. */
    public int position() {
        return position;
    }

    /** The tensors stay, and are ready for another position from now on. */
    public void moveTo(int other) {
        position = other;
    }

    /** The tensor of the n-th cache of the spec, [frames, C, H, W], in the machine's byte order; live, not a copy. */
    public byte[] tensor(int n) {
        return tensors[n];
    }

    /** How many tensors there are. */
    public int count() {
        return tensors.length;
    }

    /** Bytes of all tensors. */
    public int bytes() {
        return Arrays.stream(tensors).mapToInt(tensor -> tensor.length).sum();
    }

    /** Whether every bit is equal. */
    public boolean sameBits(Activations other) {
        return Arrays.deepEquals(tensors, other.tensors);
    }

    Activations copy() {
        Activations copy = new Activations(
                shapes, Arrays.stream(tensors).map(byte[]::clone).toArray(byte[][]::new));
        copy.position = position;
        return copy;
    }
}

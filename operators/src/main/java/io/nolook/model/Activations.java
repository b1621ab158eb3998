package io.nolook.model;

import io.nolook.frame.FrameSize;
import java.util.Arrays;

/**
 * One camera's live tensors between steps: a cache, never the truth.
 *
 * <p>Owned by whoever made them; a step reads them and writes the new ones in place. Not thread-safe.
 */
public final class Activations {
    private final float[][] tensors;

    private Activations(float[][] tensors) {
        this.tensors = tensors;
    }

    /** Zeros, as at the start of every clip. */
    public static Activations zeros(ModelSpec spec, FrameSize size) {
        return new Activations(spec.caches().stream()
                .map(cache -> new float[cache.floats(size)])
                .toArray(float[][]::new));
    }

    /** Back to the start of a clip. */
    public void clear() {
        for (float[] tensor : tensors) {
            Arrays.fill(tensor, 0);
        }
    }

    /** The tensor of the n-th cache of the spec, [frames, C, H, W]; live, not a copy. */
    public float[] tensor(int n) {
        return tensors[n];
    }

    /** Whether every bit is equal. */
    public boolean sameBits(Activations other) {
        for (int n = 0; n < tensors.length; n++) {
            for (int i = 0; i < tensors[n].length; i++) {
                if (Float.floatToRawIntBits(tensors[n][i]) != Float.floatToRawIntBits(other.tensors[n][i])) {
                    return false;
                }
            }
        }
        return true;
    }

    Activations copy() {
        return new Activations(Arrays.stream(tensors).map(float[]::clone).toArray(float[][]::new));
    }
}

package io.nolook.model;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelRefusedException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** How a decoder is tried: random tokens, pictures, pictures stated in the file. */
final class DecoderProbe implements ModelProbe<int[], byte[]> {

    @Override
    public ModelSpec.Role role() {
        return ModelSpec.Role.DECODER;
    }

    @Override
    public int[] draw(Random random, ModelSpec spec, FrameSize size) {
        return random.ints(spec.tokens(size), 0, spec.codes()).toArray();
    }

    @Override
    public boolean same(byte[] a, byte[] b) {
        return Arrays.equals(a, b);
    }

    @Override
    public void checkOutput(ModelSpec spec, byte[] output) {
        // every byte is a pixel value
    }

    /** Pictures of the file's tokens may differ by 1 from the training framework's: rounding may fall either way. */
    @Override
    public void check(StepModel<int[], byte[]> model) {
        CheckVector vector = CheckVector.ofTokens(model.spec());
        int step = model.spec().chunkFrames() * vector.size().rgbBytes();
        byte[] expected = vector.expected(step);
        Activations activations = Activations.zeros(model.spec(), vector.size());
        for (int t = 0; t < vector.tokenFrames().size(); t++) {
            byte[] found = model.step(
                            vector.size(), List.of(vector.tokenFrames().get(t)), List.of(activations))
                    .get(0);
            for (int i = 0; i < step; i++) {
                int difference = Math.abs((found[i] & 0xff) - (expected[t * step + i] & 0xff));
                if (difference > 1) {
                    throw new ModelRefusedException(
                            Reason.CHECK_VECTOR,
                            "check.expected: found a pixel value " + difference + " away at byte " + (t * step + i)
                                    + ", expected at most 1; the file was changed after its export");
                }
            }
        }
    }
}

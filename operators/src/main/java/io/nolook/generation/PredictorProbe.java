package io.nolook.generation;

import io.nolook.frame.FrameSize;
import io.nolook.model.Activations;
import io.nolook.model.CheckVector;
import io.nolook.model.ModelProbe;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelRefusedException.Reason;
import io.nolook.model.ModelSpec;
import io.nolook.model.StepModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** How a predictor is tried: random tokens, bits from 0, those stated in the file. */
final class PredictorProbe implements ModelProbe<int[], float[]> {
    private static final double CHECK_TOLERANCE = 5e-3;
    private static final float MOST_BITS = 1000;

    @Override
    public ModelSpec.Role role() {
        return ModelSpec.Role.PREDICTOR;
    }

    @Override
    public int[] draw(Random random, ModelSpec spec, FrameSize size) {
        return random.ints(spec.tokens(size), 0, spec.codes()).toArray();
    }

    @Override
    public boolean same(float[] a, float[] b) {
        return Arrays.equals(a, b);
    }

    @Override
    public void checkOutput(ModelSpec spec, float[] output) {
        for (float bits : output) {
            if (!(bits >= 0 && bits < MOST_BITS)) {
                throw new ModelRefusedException(
                        Reason.OUTPUT_OUT_OF_RANGE,
                        "bits: found " + bits + " for a token, expected a number from 0 to " + MOST_BITS);
            }
        }
    }

    /** The bits of the file's token frames, within {@value #CHECK_TOLERANCE} of the training framework's. */
    @Override
    public void check(StepModel<int[], float[]> model) {
        CheckVector vector = CheckVector.ofTokens(model.spec());
        int each = model.spec().tokens(vector.size());
        FloatBuffer expected = ByteBuffer.wrap(vector.expected(each * Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        Activations activations = Activations.zeros(model.spec(), vector.size());
        for (int t = 0; t < vector.tokenFrames().size(); t++) {
            float[] found = model.step(
                            vector.size(), List.of(vector.tokenFrames().get(t)), List.of(activations))
                    .get(0);
            for (float bits : found) {
                float stated = expected.get();
                if (!(Math.abs(bits - stated) <= CHECK_TOLERANCE)) {
                    throw new ModelRefusedException(
                            Reason.CHECK_VECTOR,
                            "check.expected: found a token of " + bits + " bits in token frame " + t + ", expected "
                                    + stated + "; the file was changed after its export");
                }
            }
        }
    }
}

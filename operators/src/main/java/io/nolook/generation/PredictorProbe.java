package io.nolook.generation;

import io.nolook.frame.FrameSize;
import io.nolook.model.CheckVector;
import io.nolook.model.ModelProbe;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelRefusedException.Reason;
import io.nolook.model.ModelSpec;
import io.nolook.model.StepModel;
import java.util.Arrays;
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
        CheckVector.requireClose(
                model,
                model.spec().tokens(Predictor.size(model.spec())),
                CHECK_TOLERANCE,
                "a token of %s bits in token frame %d");
    }
}

package io.nolook.recognition;

import io.nolook.frame.FrameSize;
import io.nolook.model.CheckVector;
import io.nolook.model.ModelProbe;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelRefusedException.Reason;
import io.nolook.model.ModelSpec;
import io.nolook.model.StepModel;
import java.util.Arrays;
import java.util.Random;

/** How a recognizer is tried: random tokens, probabilities, those stated in the file. */
final class RecognizerProbe implements ModelProbe<int[], float[]> {
    private static final double SUM_TOLERANCE = 1e-3;
    private static final double CHECK_TOLERANCE = 1e-3;

    @Override
    public ModelSpec.Role role() {
        return ModelSpec.Role.RECOGNIZER;
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
        double sum = 0;
        for (float probability : output) {
            sum += probability >= 0 ? probability : Double.NaN;
        }
        if (!(Math.abs(sum - 1) < SUM_TOLERANCE)) {
            throw new ModelRefusedException(
                    Reason.OUTPUT_OUT_OF_RANGE,
                    "probabilities: found " + Arrays.toString(output) + ", expected numbers from 0 that sum to 1");
        }
    }

    /** The probabilities of the file's token frames, within {@value #CHECK_TOLERANCE} of the training framework's. */
    @Override
    public void check(StepModel<int[], float[]> model) {
        CheckVector.requireClose(
                model,
                RecognizerSpec.of(model.spec()).labels().size(),
                CHECK_TOLERANCE,
                "a probability of %s after token frame %d");
    }
}

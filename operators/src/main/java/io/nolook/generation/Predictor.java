package io.nolook.generation;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelAdmission;
import io.nolook.model.ModelSpec;
import io.nolook.model.StepModel;
import io.nolook.model.StreamModel;

/** Admits predictors: int [h*w] tokens in raster order to float [h*w] bits that each takes. */
public final class Predictor {

    private Predictor() {}

    /**
     * Admits a predictor at the size that its file states.
     *
     * @param maxBatch largest batch that will be asked for, 1 to 256
     * @throws io.nolook.model.ModelRefusedException when it breaks the contract; it is then closed
     */
    public static StreamModel<int[], float[]> admit(StepModel<int[], float[]> file, int maxBatch) {
        return ModelAdmission.admit(file, new PredictorProbe(), size(file), maxBatch);
    }

    /** Of the pictures behind the tokens. */
    private static FrameSize size(StepModel<?, ?> file) {
        try {
            return size(file.spec());
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /**
     * The one size of pictures that a language model of tokens knows.
     *
     * @throws io.nolook.model.ModelRefusedException when it states none
     */
    public static FrameSize size(ModelSpec spec) {
        return FrameSize.parse(spec.text("input.size"));
    }
}

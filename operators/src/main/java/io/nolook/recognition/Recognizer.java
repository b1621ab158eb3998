package io.nolook.recognition;

import io.nolook.model.ModelAdmission;
import io.nolook.model.StepModel;
import io.nolook.model.StreamModel;

/** Admits recognizers: int [h*w] tokens in raster order to float [labels] probabilities. */
public final class Recognizer {

    private Recognizer() {}

    /**
     * Admits a recognizer at the size that its file states.
     *
     * @param maxBatch largest batch that will be asked for, 1 to 256
     * @throws io.nolook.model.ModelRefusedException when it breaks the contract; it is then closed
     */
    public static StreamModel<int[], float[]> admit(StepModel<int[], float[]> file, int maxBatch) {
        RecognizerSpec spec;
        try {
            spec = RecognizerSpec.of(file.spec());
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
        return ModelAdmission.admit(file, new RecognizerProbe(), spec.size(), maxBatch);
    }
}

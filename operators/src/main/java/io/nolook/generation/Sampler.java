package io.nolook.generation;

import io.nolook.model.Draw;
import io.nolook.model.ModelAdmission;
import io.nolook.model.StepModel;
import io.nolook.model.StreamModel;

/** Admits samplers: what is to be drawn to int [h*w] tokens in raster order. */
public final class Sampler {

    private Sampler() {}

    /**
     * Admits a sampler at the size that its file states.
     *
     * @param maxBatch largest batch that will be asked for, 1 to 256
     * @throws io.nolook.model.ModelRefusedException when it breaks the contract; it is then closed
     */
    public static StreamModel<Draw, int[]> admit(StepModel<Draw, int[]> file, int maxBatch) {
        SamplerSpec spec;
        try {
            spec = SamplerSpec.of(file.spec());
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
        return ModelAdmission.admit(file, new SamplerProbe(spec), spec.size(), maxBatch);
    }
}

package io.nolook.flink.generate;

import io.nolook.flink.model.ModelLoader;
import io.nolook.generation.Predictor;
import io.nolook.generation.Sampler;
import io.nolook.model.Draw;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelRefusedException.Reason;
import io.nolook.model.ModelSpec;
import io.nolook.model.StreamModel;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxSampler;

/** The sampler of the settings, on ONNX Runtime. */
public final class OnnxSamplerLoader implements ModelLoader<StreamModel<Draw, int[]>> {
    private static final long serialVersionUID = 1;

    /** Which file of a built-in model. */
    public static final String ROLE = "sampler";

    private final GenerateSettings settings;

    public OnnxSamplerLoader(GenerateSettings settings) {
        this.settings = settings;
    }

    @Override
    public String key() {
        return String.join(
                "|",
                settings.sampler(),
                settings.inference().session().toString(),
                Integer.toString(settings.inference().batchLimits().size()));
    }

    @Override
    public StreamModel<Draw, int[]> open() {
        byte[] file = ModelFiles.read(settings.sampler(), ROLE);
        requireSameTokens(ModelFiles.spec(file));
        return Sampler.admit(
                OnnxSampler.open(file, settings.inference().session()),
                settings.inference().batchLimits().size());
    }

    /** The job takes tokens that its predictor can take. */
    private void requireSameTokens(ModelSpec sampler) {
        ModelSpec predictor = ModelFiles.spec(ModelFiles.read(settings.predictor(), OnnxPredictorLoader.ROLE));
        boolean same = sampler.tokenizerId().equals(predictor.tokenizerId())
                && Predictor.size(sampler).equals(Predictor.size(predictor));
        if (!same) {
            throw new ModelRefusedException(
                    Reason.METADATA,
                    GenerateOptions.MODEL_SAMPLER.key() + ": found a sampler of " + sampler.tokenizerId() + " at "
                            + Predictor.size(sampler) + ", expected one of " + predictor.tokenizerId() + " at "
                            + Predictor.size(predictor) + ", as " + GenerateOptions.MODEL_PREDICTOR.key());
        }
    }

    @Override
    public ModelLoader<StreamModel<Draw, int[]>> onGpu(int number) {
        return new OnnxSamplerLoader(settings.onGpu(number));
    }
}

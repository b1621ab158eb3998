package io.nolook.flink.generate;

import io.nolook.flink.model.ModelLoader;
import io.nolook.generation.Sampler;
import io.nolook.model.Draw;
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
        return Sampler.admit(
                OnnxSampler.open(
                        ModelFiles.read(settings.sampler(), ROLE),
                        settings.inference().session()),
                settings.inference().batchLimits().size());
    }

    @Override
    public ModelLoader<StreamModel<Draw, int[]>> onGpu(int number) {
        return new OnnxSamplerLoader(settings.onGpu(number));
    }
}

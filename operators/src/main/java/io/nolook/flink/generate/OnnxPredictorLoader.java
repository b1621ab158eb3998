package io.nolook.flink.generate;

import io.nolook.flink.model.ModelLoader;
import io.nolook.generation.Predictor;
import io.nolook.model.StreamModel;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxPredictor;

/** The predictor of the settings, on ONNX Runtime. */
public final class OnnxPredictorLoader implements ModelLoader<StreamModel<int[], float[]>> {
    private static final long serialVersionUID = 1;

    /** Which file of a built-in model. */
    public static final String ROLE = "predictor";

    private final GenerateSettings settings;

    public OnnxPredictorLoader(GenerateSettings settings) {
        this.settings = settings;
    }

    @Override
    public String key() {
        return String.join(
                "|",
                settings.predictor(),
                settings.inference().session().toString(),
                Integer.toString(settings.inference().batchLimits().size()));
    }

    @Override
    public StreamModel<int[], float[]> open() {
        return Predictor.admit(
                OnnxPredictor.open(
                        ModelFiles.read(settings.predictor(), ROLE),
                        settings.inference().session()),
                settings.inference().batchLimits().size());
    }

    @Override
    public ModelLoader<StreamModel<int[], float[]>> onGpu(int number) {
        return new OnnxPredictorLoader(settings.onGpu(number));
    }
}

package io.nolook.flink.recognize;

import io.nolook.flink.model.ModelLoader;
import io.nolook.model.StreamModel;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxRecognizer;
import io.nolook.recognition.Recognizer;

/** The recognizer of the settings, on ONNX Runtime. */
public final class OnnxRecognizerLoader implements ModelLoader<StreamModel<int[], float[]>> {
    private static final long serialVersionUID = 1;

    /** Which file of a built-in model. */
    public static final String ROLE = "recognizer";

    private final RecognizeSettings settings;

    public OnnxRecognizerLoader(RecognizeSettings settings) {
        this.settings = settings;
    }

    @Override
    public String key() {
        return String.join(
                "|",
                settings.recognizer(),
                settings.inference().session().toString(),
                Integer.toString(settings.inference().batchLimits().size()));
    }

    @Override
    public StreamModel<int[], float[]> open() {
        return Recognizer.admit(
                OnnxRecognizer.open(
                        ModelFiles.read(settings.recognizer(), ROLE),
                        settings.inference().session()),
                settings.inference().batchLimits().size());
    }

    @Override
    public ModelLoader<StreamModel<int[], float[]>> onGpu(int number) {
        return new OnnxRecognizerLoader(settings.onGpu(number));
    }
}

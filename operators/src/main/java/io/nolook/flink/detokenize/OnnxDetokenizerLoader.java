package io.nolook.flink.detokenize;

import io.nolook.flink.model.ModelLoader;
import io.nolook.model.StreamModel;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoDetokenizer;

/** The decoder of the settings, on ONNX Runtime. */
public final class OnnxDetokenizerLoader implements ModelLoader<StreamModel<int[], byte[]>> {
    private static final long serialVersionUID = 1;

    /** Which file of a built-in model. */
    public static final String ROLE = "decoder";

    private final DetokenizeSettings settings;

    public OnnxDetokenizerLoader(DetokenizeSettings settings) {
        this.settings = settings;
    }

    @Override
    public String key() {
        return String.join(
                "|",
                settings.decoder(),
                settings.frameSize().toString(),
                settings.inference().session().toString(),
                Integer.toString(settings.inference().batchLimits().size()));
    }

    @Override
    public StreamModel<int[], byte[]> open() {
        return VideoDetokenizer.admitBatches(
                OnnxVideoDetokenizer.open(
                        ModelFiles.read(settings.decoder(), ROLE),
                        settings.inference().session()),
                settings.frameSize(),
                settings.inference().batchLimits().size());
    }

    @Override
    public ModelLoader<StreamModel<int[], byte[]>> onGpu(int number) {
        return new OnnxDetokenizerLoader(settings.onGpu(number));
    }
}

package io.nolook.flink.tokenize;

import io.nolook.flink.model.ModelLoader;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoTokenizer;

/** The tokenizer of the settings, on ONNX Runtime. */
public final class OnnxTokenizerLoader implements ModelLoader<VideoTokenizer> {
    private static final long serialVersionUID = 1;

    private final TokenizeSettings settings;

    public OnnxTokenizerLoader(TokenizeSettings settings) {
        this.settings = settings;
    }

    @Override
    public String key() {
        return String.join(
                "|",
                settings.encoder(),
                settings.frameSize().toString(),
                settings.inference().session().toString(),
                Integer.toString(settings.inference().batchLimits().size()));
    }

    @Override
    public VideoTokenizer open() {
        return VideoTokenizer.admit(
                OnnxVideoTokenizer.open(
                        ModelFiles.encoder(
                                settings.encoder(), settings.inference().session()),
                        settings.inference().session()),
                settings.frameSize(),
                settings.inference().batchLimits().size());
    }

    @Override
    public ModelLoader<VideoTokenizer> onGpu(int number) {
        return new OnnxTokenizerLoader(settings.onGpu(number));
    }

    @Override
    public ModelLoader<VideoTokenizer> at(String location) {
        return new OnnxTokenizerLoader(settings.withEncoder(location));
    }
}

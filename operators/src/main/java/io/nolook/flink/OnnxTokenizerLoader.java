package io.nolook.flink;

import io.nolook.tokenizer.VideoTokenizer;
import io.nolook.tokenizer.onnx.ModelFiles;
import io.nolook.tokenizer.onnx.OnnxVideoTokenizer;
import io.nolook.tokenizer.onnx.SessionSettings;
import java.util.Optional;

/** The tokenizer of the settings, on ONNX Runtime. */
public final class OnnxTokenizerLoader implements TokenizerLoader {
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
                settings.device().name(),
                Integer.toString(settings.threads()),
                Integer.toString(settings.batchLimits().size()),
                Long.toString(settings.gpuMemoryBytes()));
    }

    @Override
    public VideoTokenizer open() {
        SessionSettings session =
                new SessionSettings(settings.device(), settings.threads(), settings.gpuMemoryBytes(), Optional.empty());
        return VideoTokenizer.admit(
                OnnxVideoTokenizer.open(ModelFiles.read(settings.encoder(), "encoder"), session),
                settings.frameSize(),
                settings.batchLimits().size());
    }
}

package io.nolook.offline;

import io.nolook.flink.detokenize.DetokenizeOptions;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.model.ModelSpec;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoDetokenizer;
import io.nolook.schema.TokenFrame;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/** Opens the models that a command's options name. */
public final class Models {

    private Models() {}

    public static VideoTokenizer tokenizer(TokenizeSettings settings) {
        return new OnnxTokenizerLoader(settings).open();
    }

    /**
     * The decoder of a token frame's tokenizer, at the size that its grid asks for: that of the registry, or
     * model.decoder.
     *
     * @throws IllegalArgumentException naming both tokenizers, when it is of another
     */
    public static VideoDetokenizer detokenizer(
            Configuration configuration, TokenizeSettings settings, TokenFrame example) {
        String location = registered(configuration, example.getTokenizerId())
                .orElse(configuration.get(DetokenizeOptions.MODEL_DECODER));
        byte[] file = ModelFiles.read(location, "decoder");
        ModelSpec spec = ModelFiles.spec(file);
        if (!spec.tokenizerId().equals(example.getTokenizerId())) {
            throw new IllegalArgumentException(
                    DetokenizeOptions.MODEL_DECODER.key() + ": found the decoder of tokenizer "
                            + spec.tokenizerId() + " for tokens of " + example.getTokenizerId()
                            + ", expected its own: give it, or put it into " + DetokenizeOptions.MODEL_REGISTRY.key());
        }
        int stride = spec.spatialStride();
        return open(file, settings, new FrameSize(example.getWidth() * stride, example.getHeight() * stride));
    }

    /** The decoder of a tokenizer in the registry; names that are no plain file names are never looked up. */
    private static Optional<String> registered(Configuration configuration, String tokenizerId) {
        String registry = configuration.get(DetokenizeOptions.MODEL_REGISTRY);
        if (registry.isBlank() || !tokenizerId.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
            return Optional.empty();
        }
        Path file = Path.of(registry, tokenizerId, "decoder.onnx");
        return Files.isRegularFile(file) ? Optional.of(file.toString()) : Optional.empty();
    }

    public static VideoDetokenizer detokenizer(Configuration configuration, TokenizeSettings settings, FrameSize size) {
        return open(ModelFiles.read(configuration.get(DetokenizeOptions.MODEL_DECODER), "decoder"), settings, size);
    }

    private static VideoDetokenizer open(byte[] file, TokenizeSettings settings, FrameSize size) {
        return VideoDetokenizer.admit(
                OnnxVideoDetokenizer.open(file, settings.inference().session()), size);
    }
}

package io.nolook.offline;

import io.nolook.flink.detokenize.DetokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.model.ModelSpec;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoDetokenizer;
import io.nolook.schema.TokenFrame;
import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * The decoders of tokens that several tokenizers made: each from the registry by its identity, else model.decoder, else
 * the built-in one of an earlier version.
 *
 * <p>Keeps those of the {@value #MOST_OPEN} tokenizers and sizes asked for last open; one thread.
 */
public final class Decoders implements Closeable {
    private static final int MOST_OPEN = 4;
    private static final String ROLE = "decoder";

    private record Key(String tokenizer, int rows, int columns) {}

    private record DecoderFile(byte[] bytes, ModelSpec spec) {}

    private final Configuration configuration;
    private final TokenizeSettings settings;
    private final Map<String, DecoderFile> files = new HashMap<>();
    private final Map<Key, VideoDetokenizer> open = new LinkedHashMap<>(MOST_OPEN, 0.75f, true);

    public Decoders(Configuration configuration) {
        this.configuration = configuration;
        settings = TokenizeSettings.of(configuration);
    }

    /**
     * Whether a tokenizer's decoder is at hand; what is found is kept for {@link #of}.
     *
     * @throws IllegalArgumentException naming the tokenizer, what was found, and where its decoder goes
     */
    public void require(String tokenizerId) {
        files.computeIfAbsent(tokenizerId, this::find);
    }

    /** The decoder of a token frame's tokenizer, at the size that its grid asks for. */
    public VideoDetokenizer of(TokenFrame frame) {
        return of(frame.getTokenizerId(), frame.getHeight(), frame.getWidth());
    }

    /**
     * A tokenizer's decoder for a token grid; stays this object's, and open until {@value #MOST_OPEN} others were asked
     * for.
     *
     * @throws IllegalArgumentException as {@link #require} says
     */
    public VideoDetokenizer of(String tokenizerId, int rows, int columns) {
        Key key = new Key(tokenizerId, rows, columns);
        VideoDetokenizer found = open.get(key);
        if (found == null) {
            require(tokenizerId);
            if (open.size() == MOST_OPEN) {
                Iterator<VideoDetokenizer> eldest = open.values().iterator();
                eldest.next().close();
                eldest.remove();
            }
            DecoderFile file = files.get(tokenizerId);
            int stride = file.spec().spatialStride();
            found = VideoDetokenizer.admit(
                    OnnxVideoDetokenizer.open(file.bytes(), settings.inference().session()),
                    new FrameSize(columns * stride, rows * stride));
            open.put(key, found);
        }
        return found;
    }

    private DecoderFile find(String tokenizerId) {
        Optional<Path> registered = registered(tokenizerId);
        if (registered.filter(Files::isRegularFile).isPresent()) {
            String location = registered.get().toString();
            return own(tokenizerId, read(location), location);
        }
        DecoderFile given = read(configuration.get(DetokenizeOptions.MODEL_DECODER));
        String builtin = ModelFiles.builtin(tokenizerId);
        boolean isEarlier = !given.spec().tokenizerId().equals(tokenizerId)
                && isFileName(tokenizerId)
                && ModelFiles.isBuiltIn(builtin, ROLE);
        return own(tokenizerId, isEarlier ? read(builtin) : given, DetokenizeOptions.MODEL_DECODER.key());
    }

    private DecoderFile own(String tokenizerId, DecoderFile file, String name) {
        if (!file.spec().tokenizerId().equals(tokenizerId)) {
            throw new IllegalArgumentException(name + ": found the decoder of tokenizer "
                    + file.spec().tokenizerId() + " for tokens of " + tokenizerId + ", expected its own: "
                    + wanted(tokenizerId, registered(tokenizerId)));
        }
        return file;
    }

    private static DecoderFile read(String location) {
        byte[] bytes = ModelFiles.read(location, ROLE);
        return new DecoderFile(bytes, ModelFiles.spec(bytes));
    }

    private static String wanted(String tokenizerId, Optional<Path> registered) {
        String registry = DetokenizeOptions.MODEL_REGISTRY.key();
        return registered
                .map(path -> "put it at " + path + ", or give it with " + DetokenizeOptions.MODEL_DECODER.key())
                .orElse("put it at FOLDER/" + (isFileName(tokenizerId) ? tokenizerId : "TOKENIZER_ID")
                        + "/decoder.onnx and give the folder with " + registry + ", or the file with "
                        + DetokenizeOptions.MODEL_DECODER.key());
    }

    /** Where a tokenizer's decoder lies in the registry; names that are no plain file names are never looked up. */
    private Optional<Path> registered(String tokenizerId) {
        String registry = configuration.get(DetokenizeOptions.MODEL_REGISTRY);
        return registry.isBlank() || !isFileName(tokenizerId)
                ? Optional.empty()
                : Optional.of(Path.of(registry, tokenizerId, "decoder.onnx"));
    }

    private static boolean isFileName(String tokenizerId) {
        return tokenizerId.matches("[A-Za-z0-9_][A-Za-z0-9._-]*");
    }

    @Override
    public void close() {
        open.values().forEach(VideoDetokenizer::close);
        open.clear();
    }
}

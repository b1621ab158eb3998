package io.nolook.tool.verify;

import io.nolook.digest.Sha256;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelUnavailableException;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Encoders that token frames may be of, found by the hash of their file: the built-in ones and those of a folder.
 *
 * <p>Each is opened and admitted when it is first asked for, and closed here. One thread.
 */
public final class KnownEncoders implements AutoCloseable {
    private static final List<String> BUILT_IN = List.of("builtin:nolook-small", "builtin:nolook-small/fp32");

    private final TokenizeSettings settings;
    private final List<String> files = new ArrayList<>(BUILT_IN);
    private final Map<String, String> locations = new HashMap<>();
    private final Map<String, VideoTokenizer> open = new HashMap<>();

    /**
     * @param settings how they are run
     * @param folder whose files that end in .onnx are known, too
     * @throws IOException when the folder cannot be read
     */
    public KnownEncoders(TokenizeSettings settings, Optional<Path> folder) throws IOException {
        this.settings = settings;
        if (folder.isPresent()) {
            try (Stream<Path> found = Files.list(folder.get())) {
                found.map(Path::toString).filter(file -> file.endsWith(".onnx")).forEach(files::add);
            }
        }
    }

    /** Files are read for their hashes when the first encoder is asked for that is not that of the options. */
    private void hashAll() {
        for (String file : files) {
            locations.put(
                    Sha256.hex(ModelFiles.encoder(file, settings.inference().session())), file);
        }
        files.clear();
    }

    /**
     * The encoder with this hash; empty when there is none, or it may not be used.
     *
     * <p>A file that is no encoder is none.
     */
    public Optional<VideoTokenizer> of(String hash) {
        hashAll();
        String location = locations.get(hash);
        if (location == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    open.computeIfAbsent(hash, any -> new OnnxTokenizerLoader(settings.withEncoder(location)).open()));
        } catch (ModelRefusedException | ModelUnavailableException e) {
            locations.remove(hash);
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        open.values().forEach(VideoTokenizer::close);
    }
}

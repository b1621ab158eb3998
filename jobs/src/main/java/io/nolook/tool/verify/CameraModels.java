package io.nolook.tool.verify;

import io.nolook.model.VideoTokenizer;
import io.nolook.offline.CameraModel;
import io.nolook.token.TokenPacking;
import io.nolook.verification.Digest;
import io.nolook.verification.Recomputation;
import io.nolook.window.Chunk;
import io.nolook.window.WindowSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Recomputes one camera's tokens, each clip by its own model. */
final class CameraModels implements Recomputation {
    private final Function<String, Optional<VideoTokenizer>> tokenizers;
    private final Function<VideoTokenizer, WindowSpec> windows;
    private final Map<String, CameraModel<byte[], int[]>> models = new HashMap<>();

    /**
     * @param tokenizers by hash; stay the caller's
     * @param windows how frames become chunks of a model
     */
    CameraModels(Function<String, Optional<VideoTokenizer>> tokenizers, Function<VideoTokenizer, WindowSpec> windows) {
        this.tokenizers = tokenizers;
        this.windows = windows;
    }

    @Override
    public Optional<WindowSpec> window(String model) {
        return tokenizers.apply(model).map(windows);
    }

    @Override
    public Digest tokens(String model, Chunk chunk) {
        VideoTokenizer tokenizer = tokenizers.apply(model).orElseThrow();
        int[] tokens = models.computeIfAbsent(model, hash -> new CameraModel<>(tokenizer))
                .step(chunk.position(), chunk.rgb());
        return Digest.of(TokenPacking.pack(tokens, tokenizer.spec().bits()));
    }
}

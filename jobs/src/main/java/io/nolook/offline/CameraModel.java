package io.nolook.offline;

import io.nolook.tokenizer.Activations;
import io.nolook.tokenizer.ChunkWork;
import io.nolook.tokenizer.VideoTokenizer;
import io.nolook.window.Chunk;
import java.util.List;

/** The model for one camera alone, chunk after chunk, in batches of one. */
public final class CameraModel {
    private final VideoTokenizer tokenizer;
    private final Activations activations;

    /**
     * @param tokenizer stays the caller's
     */
    public CameraModel(VideoTokenizer tokenizer) {
        this.tokenizer = tokenizer;
        activations = tokenizer.newActivations();
    }

    /** Tokens of the next chunk, in raster order; it follows the last one given, or begins a clip. */
    public int[] tokens(Chunk chunk) {
        ChunkWork.Start start = chunk.position() == 0 ? ChunkWork.Start.ZEROS : ChunkWork.Start.CURRENT;
        return tokenizer
                .run(List.of(new ChunkWork<>(chunk.rgb(), List.of(), start, activations)))
                .get(0);
    }
}

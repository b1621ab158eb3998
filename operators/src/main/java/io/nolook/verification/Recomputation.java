package io.nolook.verification;

import io.nolook.window.Chunk;
import io.nolook.window.WindowSpec;
import java.util.Optional;

/** The models that token frames may be of, for one camera. */
public interface Recomputation {

    /** How frames become chunks of the model with this hash; empty when its file is not there. */
    Optional<WindowSpec> window(String model);

    /** Digest of the packed tokens of a chunk; asked for all chunks of a clip, in order, by the clip's model. */
    Digest tokens(String model, Chunk chunk);
}

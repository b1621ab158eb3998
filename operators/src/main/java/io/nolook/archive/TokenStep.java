package io.nolook.archive;

import io.nolook.window.Chunk;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * One token frame, without what its segment says for all.
 *
 * @param position token frames since the keyframe; 0 is the keyframe
 * @param span the real frames that it stands for
 * @param keyframe name of why the clip begins, as recorded
 * @param skipped sequence numbers missing right before it
 * @param tokens in raster order; not to be changed
 */
public record TokenStep(
        int position, Chunk.Span span, Optional<String> keyframe, Optional<Chunk.Range> skipped, int[] tokens) {

    public TokenStep {
        if (keyframe.isPresent() && !keyframe.get().matches("[A-Z_]{1,64}")) {
            throw new IllegalArgumentException(
                    "found keyframe reason '" + keyframe.get() + "', expected 1 to 64 capitals and underscores");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenStep that
                && position == that.position
                && span.equals(that.span)
                && keyframe.equals(that.keyframe)
                && skipped.equals(that.skipped)
                && Arrays.equals(tokens, that.tokens);
    }

    @Override
    public int hashCode() {
        return Objects.hash(position, span, keyframe, skipped, Arrays.hashCode(tokens));
    }
}

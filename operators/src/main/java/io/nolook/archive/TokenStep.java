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
 * @param begins why the clip begins, at position 0 only
 * @param tokens in raster order; not to be changed
 */
public record TokenStep(int position, Chunk.Span span, Optional<Begins> begins, int[] tokens) {

    public TokenStep {
        if (begins.isPresent() != (position == 0)) {
            throw new IllegalArgumentException("found token frame " + position + " with keyframe reason "
                    + begins.map(Begins::reason).orElse("none") + ", expected a reason at position 0 only");
        }
    }

    /**
     * What a keyframe says of its beginning.
     *
     * @param reason name, as recorded
     * @param detail of the reason, at most {@value #MOST_DETAIL} characters
     * @param skipped sequence numbers missing right before it
     * @param follows the token frame right before it
     */
    public record Begins(String reason, String detail, Optional<Chunk.Range> skipped, Optional<Chunk.Place> follows) {
        /** Most characters of a detail. */
        public static final int MOST_DETAIL = 1024;

        public Begins {
            if (!reason.matches("[A-Z_]{1,64}")) {
                throw new IllegalArgumentException(
                        "found keyframe reason '" + reason + "', expected 1 to 64 capitals and underscores");
            }
            if (detail.length() > MOST_DETAIL) {
                throw new IllegalArgumentException("found a keyframe detail of " + detail.length()
                        + " characters, expected at most " + MOST_DETAIL);
            }
        }
    }

    /** Sequence numbers missing right before it. */
    public Optional<Chunk.Range> skipped() {
        return begins.flatMap(Begins::skipped);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenStep that
                && position == that.position
                && span.equals(that.span)
                && begins.equals(that.begins)
                && Arrays.equals(tokens, that.tokens);
    }

    @Override
    public int hashCode() {
        return Objects.hash(position, span, begins, Arrays.hashCode(tokens));
    }
}

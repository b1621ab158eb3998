package io.nolook.verification;

import io.nolook.identity.MadeWith;
import io.nolook.window.Chunk;
import io.nolook.window.KeyframeReason;
import java.util.Optional;

/**
 * What a recorded token frame says of the frames it stands for.
 *
 * @param order place among its camera's token frames on the topic
 * @param key names the chunk
 * @param span the real frames
 * @param keyframe why the clip begins, at position 0 only
 * @param skipped sequence numbers missing before it
 * @param madeWith what made the tokens
 * @param tokens digest of the packed tokens
 */
public record Claim(
        int order,
        Key key,
        Chunk.Span span,
        Optional<KeyframeReason> keyframe,
        Optional<Chunk.Range> skipped,
        MadeWith madeWith,
        Digest tokens) {

    /** A chunk's place in its camera's stream. */
    public record Key(long epoch, long clip, int position) {

        static Key of(Chunk chunk) {
            return new Key(chunk.epoch(), chunk.clip(), chunk.position());
        }

        @Override
        public String toString() {
            return epoch + "/" + clip + "/" + position;
        }
    }
}

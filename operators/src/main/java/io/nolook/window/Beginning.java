package io.nolook.window;

import java.util.Optional;

/**
 * Why a clip begins, and after what.
 *
 * @param reason of its keyframe
 * @param detail of the reason, for people; may be empty
 * @param skipped sequence numbers missing right before it
 * @param follows the chunk of the same camera right before it, where no frame is missing between
 */
public record Beginning(
        KeyframeReason reason, String detail, Optional<Chunk.Range> skipped, Optional<Chunk.Place> follows) {

    static Beginning of(KeyframeReason reason) {
        return new Beginning(reason, "", Optional.empty(), Optional.empty());
    }

    static Beginning after(KeyframeReason reason, Chunk.Range skipped) {
        return new Beginning(reason, "", Optional.of(skipped), Optional.empty());
    }
}

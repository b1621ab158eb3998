package io.nolook.playback;

import io.nolook.identity.MadeWith;
import io.nolook.token.StreamOrder;
import java.util.Optional;

/**
 * Finds the token frames that can be decoded; a pure step.
 *
 * <pre>
 *   {@link StreamOrder} --+-- LATE, DUPLICATE ------------------> LATE, DUPLICATE
 *                 +-- any other --+-- keyframe -----------> PLAYED
 *                                 +-- next of a clip that
 *                                 |   plays --------------> PLAYED
 *                                 +-- anything else ------> WAITING, until a keyframe
 * </pre>
 *
 * <p>What another decoder began does not play on: it waits for a keyframe.
 */
public final class ClipFollower {
    private final MadeWith madeWith;

    /**
     * @param madeWith decoder, runtime and size that decode
     */
    public ClipFollower(MadeWith madeWith) {
        this.madeWith = madeWith;
    }

    /** The new state, and what becomes of the token frame. */
    public record Result(ClipCursor after, PlaybackFate fate) {}

    /**
     * @param before the camera's state, empty at its first token frame
     * @param place of the token frame
     * @param begins what it says of its beginning
     * @param nowMillis processing time
     */
    public Result step(
            Optional<ClipCursor> before, StreamOrder.Place place, StreamOrder.Begins begins, long nowMillis) {
        StreamOrder.Verdict verdict = StreamOrder.of(before.map(ClipCursor::newest), place, begins);
        return switch (verdict) {
            case LATE -> new Result(before.orElseThrow(), PlaybackFate.LATE);
            case DUPLICATE -> new Result(before.orElseThrow(), PlaybackFate.DUPLICATE);
            case NEXT, HOLE, BEGINS_ANEW -> {
                boolean follows = verdict == StreamOrder.Verdict.NEXT
                        && before.map(cursor ->
                                        cursor.playing() && cursor.madeWith().same(madeWith))
                                .orElse(false);
                boolean plays = place.position() == 0 || follows;
                yield new Result(
                        new ClipCursor(place, plays, nowMillis, madeWith),
                        plays ? PlaybackFate.PLAYED : PlaybackFate.WAITING);
            }
        };
    }

    /**
     * The i-th of evenly spaced numbers.
     *
     * @param i 0 to count - 1
     * @param count at least 1
     */
    public static long between(long first, long last, int i, int count) {
        return count == 1 ? last : first + Math.round((double) i * (last - first) / (count - 1));
    }
}

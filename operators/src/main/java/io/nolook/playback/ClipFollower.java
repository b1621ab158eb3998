package io.nolook.playback;

import java.util.Optional;

/**
 * Finds the token frames that can be decoded; a pure step.
 *
 * <pre>
 *   token frame --+-- of a lower epoch, and no reset ----> LATE
 *                 +-- keyframe of a later clip ----------> PLAYED, position 0
 *                 +-- next of its clip ------------------> PLAYED
 *                 +-- seen already ----------------------> DUPLICATE
 *                 +-- anything else ---------------------> WAITING, until a keyframe
 * </pre>
 */
public final class ClipFollower {

    private ClipFollower() {}

    /**
     * A token frame's place.
     *
     * @param epoch of its frames
     * @param clip sequence number of the clip's first frame
     * @param position since the keyframe
     * @param reset whether its epoch may be lower than the one before
     */
    public record Place(long epoch, long clip, int position, boolean reset) {}

    /** The new state, and what becomes of the token frame. */
    public record Result(ClipCursor after, PlaybackFate fate) {}

    /**
     * @param before the camera's state, empty at its first token frame
     * @param nowMillis processing time
     */
    public static Result step(Optional<ClipCursor> before, Place place, long nowMillis) {
        if (before.isEmpty()) {
            return place.position() == 0 ? played(place, nowMillis) : waiting(place, nowMillis);
        }
        ClipCursor cursor = before.get();
        if (place.epoch() < cursor.epoch() && !place.reset()) {
            return new Result(cursor, PlaybackFate.LATE);
        }
        boolean sameEpoch = place.epoch() == cursor.epoch();
        boolean sameClip = sameEpoch && place.clip() == cursor.clip();
        if (sameClip && cursor.next() >= 0 && place.position() < cursor.next()
                || sameEpoch && place.clip() < cursor.clip()) {
            return new Result(cursor, PlaybackFate.DUPLICATE);
        }
        boolean follows = place.position() == 0 || sameClip && place.position() == cursor.next();
        return follows ? played(place, nowMillis) : waiting(place, nowMillis);
    }

    private static Result played(Place place, long nowMillis) {
        return new Result(
                new ClipCursor(place.epoch(), place.clip(), place.position() + 1, nowMillis), PlaybackFate.PLAYED);
    }

    private static Result waiting(Place place, long nowMillis) {
        return new Result(new ClipCursor(place.epoch(), place.clip(), -1, nowMillis), PlaybackFate.WAITING);
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

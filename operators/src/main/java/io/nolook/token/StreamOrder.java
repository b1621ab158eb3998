package io.nolook.token;

import java.util.Optional;

/**
 * Says how a token frame stands to the newest one of its camera; a pure step.
 *
 * <pre>
 *   token frame --+-- the first -----------------------------------------------> BEGINS_ANEW
 *                 +-- not after the newest in (epoch, clip, position)
 *                 |     +-- says that numbers begin anew, and is of a lower epoch
 *                 |     |   or captured later than the newest -----------------> BEGINS_ANEW
 *                 |     +-- of a lower epoch ----------------------------------> LATE
 *                 |     +-- of the same epoch ---------------------------------> DUPLICATE
 *                 +-- next position of the clip -------------------------------> NEXT
 *                 +-- keyframe by interval, same epoch
 *                 |     +-- says that it follows another than the newest ------> HOLE
 *                 |     +-- else ----------------------------------------------> NEXT
 *                 +-- any other keyframe --------------------------------------> BEGINS_ANEW
 *                 +-- any other position --------------------------------------> HOLE
 * </pre>
 *
 * <p>Every consumer of token frames asks here. The newest is the newest that was not LATE or DUPLICATE: those change
 * nothing, so a camera whose numbers fell without saying so is taken again once it was forgotten for silence.
 */
public final class StreamOrder {

    private StreamOrder() {}

    /** How a token frame stands to the newest one. */
    public enum Verdict {
        /** It follows: nothing is missing between. */
        NEXT,
        /** It, or a later one of its epoch, has been taken. */
        DUPLICATE,
        /** It is of an epoch that is over. */
        LATE,
        /** Token frames are missing before it. */
        HOLE,
        /** Whatever was before, it has no part in it. */
        BEGINS_ANEW
    }

    /** What a token frame begins. */
    public enum Kind {
        /** It is no keyframe. */
        NOTHING,
        /** A keyframe that comes by interval: no frame is missing before it. */
        CLIP_BY_INTERVAL,
        /** A keyframe after something else: a gap, a new epoch or model, a skip. */
        CLIP,
        /** A keyframe from which numbers may be lower than before. */
        NUMBERS
    }

    /**
     * Names a token frame within its camera's epoch.
     *
     * @param clip sequence number of the clip's first frame
     * @param position in the clip, from 0
     */
    public record Predecessor(long clip, int position) {

        private boolean is(Place place) {
            return clip == place.clip() && position == place.position();
        }
    }

    /**
     * What a token frame says of its own beginning.
     *
     * @param kind what it begins
     * @param follows the token frame right before it; empty when it does not say, as before 0.2.0
     */
    public record Begins(Kind kind, Optional<Predecessor> follows) {
        public static final Begins NOTHING = of(Kind.NOTHING);
        public static final Begins CLIP = of(Kind.CLIP);
        public static final Begins NUMBERS = of(Kind.NUMBERS);
        public static final Begins CLIP_BY_INTERVAL = of(Kind.CLIP_BY_INTERVAL);

        /** Without a predecessor. */
        public static Begins of(Kind kind) {
            return new Begins(kind, Optional.empty());
        }
    }

    /**
     * Where a token frame stands.
     *
     * @param epoch of its frames
     * @param clip sequence number of the clip's first frame
     * @param position in the clip, from 0
     * @param capturedAtMicros of its last real frame
     */
    public record Place(long epoch, long clip, int position, long capturedAtMicros) {

        private boolean isAfter(Place other) {
            if (epoch != other.epoch) {
                return epoch > other.epoch;
            }
            return clip == other.clip ? position > other.position : clip > other.clip;
        }
    }

    /**
     * @param newest place of the newest token frame taken, empty before the first
     * @param arrival the token frame
     * @param begins what it says of its beginning
     */
    public static Verdict of(Optional<Place> newest, Place arrival, Begins begins) {
        if (newest.isEmpty()) {
            return Verdict.BEGINS_ANEW;
        }
        Place last = newest.get();
        if (!arrival.isAfter(last)) {
            boolean lower = arrival.epoch() < last.epoch();
            boolean later = arrival.capturedAtMicros() > last.capturedAtMicros();
            if (begins.kind() == Kind.NUMBERS && (lower || later)) {
                return Verdict.BEGINS_ANEW;
            }
            return lower ? Verdict.LATE : Verdict.DUPLICATE;
        }
        boolean sameEpoch = arrival.epoch() == last.epoch();
        if (begins.kind() == Kind.CLIP_BY_INTERVAL && sameEpoch) {
            boolean whole = begins.follows().map(before -> before.is(last)).orElse(true);
            return whole ? Verdict.NEXT : Verdict.HOLE;
        }
        if (begins.kind() != Kind.NOTHING) {
            return Verdict.BEGINS_ANEW;
        }
        boolean sameClip = sameEpoch && arrival.clip() == last.clip();
        return sameClip && arrival.position() == last.position() + 1 ? Verdict.NEXT : Verdict.HOLE;
    }
}

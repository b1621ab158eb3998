package io.nolook.verification;

import io.nolook.window.CameraFrame;
import io.nolook.window.CameraWindow;
import io.nolook.window.Chunk;
import io.nolook.window.KeyframeReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A camera's claims, each taken once by the chunk that it names. */
final class Claims {

    /** Those of one key, in the topic's order; more than one when repeated, or when a camera begins its numbers again. */
    private static final class Slot {
        final List<Claim> claims = new ArrayList<>(1);
        int taken;
    }

    private final Map<Claim.Key, Slot> slots = new HashMap<>();
    private final List<Claim> inOrder;
    private int newest = -1;

    Claims(List<Claim> claims) {
        inOrder = claims;
        claims.forEach(claim ->
                slots.computeIfAbsent(claim.key(), key -> new Slot()).claims.add(claim));
    }

    /** The next of this key that has not been taken. */
    Optional<Claim> next(Claim.Key key) {
        Slot slot = slots.get(key);
        return slot == null || slot.taken == slot.claims.size()
                ? Optional.empty()
                : Optional.of(slot.claims.get(slot.taken));
    }

    /** The claim after the newest one taken, if it is a keyframe at this very frame and says this reason. */
    Optional<Claim> keyframe(CameraFrame frame, KeyframeReason reason) {
        return next(new Claim.Key(frame.epoch(), frame.sequence(), 0))
                .filter(claim -> claim.order() == newest + 1)
                .filter(claim -> claim.keyframe().equals(Optional.of(reason)))
                .filter(claim -> claim.span().timeCorrected()
                        || claim.span().firstCapturedAtMicros() == frame.capturedAtMicros());
    }

    /** Whether the claim after the newest one taken is a keyframe that gave up this frame, or is it and gave up none. */
    boolean skips(CameraFrame frame) {
        return afterNewest()
                .filter(next -> next.keyframe().equals(Optional.of(KeyframeReason.SKIP)))
                .filter(next -> next.key().epoch() == frame.epoch())
                .filter(next -> next.skipped()
                        .map(range -> range.from() <= frame.sequence() && frame.sequence() <= range.to())
                        .orElse(next.key().clip() == frame.sequence()))
                .isPresent();
    }

    /**
     * Whether the claim after the newest one taken begins a clip since the job goes on with something else.
     *
     * @param window what the frames before gave
     * @param frame that comes next
     */
    boolean beginsAnew(CameraWindow window, CameraFrame frame) {
        boolean waits = !window.pending().isEmpty();
        long first = waits ? window.pending().get(0).sequence() : frame.sequence();
        return afterNewest()
                .filter(next -> next.key().epoch() == window.cursor().epoch()
                        && next.key().position() == 0)
                .filter(next -> switch (next.keyframe().orElseThrow()) {
                    case MODEL -> next.key().clip() == first;
                    case SIZE -> next.key().clip() == frame.sequence() && sameSource(window, frame);
                    case GAP -> next.key().clip() == frame.sequence() && givesUp(next, window);
                    default -> false;
                })
                .isPresent();
    }

    /** Whether frames were given up that had come, and were waiting. */
    private static boolean givesUp(Claim keyframe, CameraWindow window) {
        return !window.pending().isEmpty()
                && keyframe.skipped()
                        .map(range -> range.from() == window.pending().get(0).sequence())
                        .orElse(false);
    }

    private static boolean sameSource(CameraWindow window, CameraFrame frame) {
        return window.clip().sourceWidth() == frame.sourceWidth()
                && window.clip().sourceHeight() == frame.sourceHeight();
    }

    /** Whether the claim after the newest one taken keeps the pictures of before. */
    boolean keepsPictures() {
        return afterNewest()
                .filter(next -> next.keyframe().equals(Optional.of(KeyframeReason.MODEL)))
                .isPresent();
    }

    /** The claim after the newest one taken. */
    Optional<Claim> afterNewest() {
        return newest + 1 < inOrder.size() ? Optional.of(inOrder.get(newest + 1)) : Optional.empty();
    }

    /** The next of this chunk's key, unless it is of a later clip: then the chunk has none. */
    Optional<Claim> take(Chunk chunk) {
        Claim.Key key = Claim.Key.of(chunk);
        Optional<Claim> next = next(key).filter(claim -> !isOfLaterClip(claim, chunk));
        next.ifPresent(claim -> {
            slots.get(key).taken++;
            newest = Math.max(newest, claim.order());
        });
        return next;
    }

    /**
     * Whether a camera that began its numbers again comes to this claim later: one of a clip after another keyframe of the same
     * number, or a keyframe before which others are to be taken.
     */
    private boolean isOfLaterClip(Claim claim, Chunk chunk) {
        boolean sameTimes = claim.span().timeCorrected() == chunk.span().timeCorrected()
                && (claim.span().timeCorrected()
                        || claim.span().firstCapturedAtMicros() == chunk.span().firstCapturedAtMicros());
        if (sameTimes) { // a keyframe that was told again tells the same times
            return false;
        }
        if (claim.key().position() == 0) {
            return newest + 1 < claim.order();
        }
        return next(new Claim.Key(claim.key().epoch(), claim.key().clip(), 0))
                .filter(keyframe -> newest < keyframe.order() && keyframe.order() < claim.order())
                .isPresent();
    }

    /** What nothing asked for: {@code first} is the one taken of the same key, if any. */
    void leftOver(Left each) {
        slots.values().forEach(slot -> {
            for (int i = slot.taken; i < slot.claims.size(); i++) {
                each.found(slot.claims.get(i), slot.taken == 0 ? Optional.empty() : Optional.of(slot.claims.get(0)));
            }
        });
    }

    /** Takes a claim that was left over. */
    interface Left {
        void found(Claim claim, Optional<Claim> first);
    }
}

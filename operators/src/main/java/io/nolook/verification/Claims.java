package io.nolook.verification;

import io.nolook.window.CameraFrame;
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
    private int newest = -1;

    Claims(List<Claim> claims) {
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

    Optional<Claim> take(Claim.Key key) {
        Optional<Claim> next = next(key);
        next.ifPresent(claim -> {
            slots.get(key).taken++;
            newest = Math.max(newest, claim.order());
        });
        return next;
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

package io.nolook.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes a camera's token frames as windows of ids; a pure step.
 *
 * <pre>
 *   places of a run:  BEGIN_CLIP [GAP] KEYFRAME t t t ... FRAME t t t ... END_CLIP      t: tokens in raster order
 *   windows:          |-------- contextLength --------|
 *                                          |- overlap -|-------- ...
 * </pre>
 *
 * <p>A run ends where its clip does: at a keyframe or where token frames are missing. One whose start is missing begins
 * with FRAME. Token frames that do not come after the newest are dropped, but for keyframes that begin numbers again.
 */
public final class SequenceAssembler {

    /** What becomes of a token frame. */
    public enum Fate {
        WRITTEN,
        REPEATED
    }

    /** What a token frame begins. */
    public enum Begins {
        /** Nothing: it follows another. */
        NOTHING,
        /** A clip. */
        CLIP,
        /** A clip, since frames are missing before it. */
        CLIP_AFTER_GAP,
        /** A clip, of numbers that may be lower than before. */
        CLIP_ANEW
    }

    /**
     * What arrives.
     *
     * @param run as if it began with this token frame, whose position is its first
     * @param begins what it begins
     * @param capturedAtMicros of its last real frame
     * @param tokens in raster order
     */
    public record Arrival(SequenceRun run, Begins begins, long capturedAtMicros, int[] tokens) {

        int position() {
            return run.firstPosition();
        }
    }

    /**
     * What one step returns.
     *
     * @param state the new state
     * @param fate of the token frame
     * @param windows now complete, in order
     */
    public record Result(SequenceState state, Fate fate, List<TokenWindow> windows) {}

    private final SequenceSpec spec;

    public SequenceAssembler(SequenceSpec spec) {
        this.spec = spec;
    }

    /**
     * @param before the camera's state, empty at its first token frame
     * @param nowMillis processing time
     * @throws IllegalArgumentException when the factors are not those of such tokens
     */
    public Result step(Optional<SequenceState> before, Arrival arrival, long nowMillis) {
        List<TokenWindow> windows = new ArrayList<>();
        if (before.isPresent()) {
            SequenceState state = before.get();
            if (!follows(state, arrival) && !beginsAnew(state, arrival)) {
                return new Result(at(state, state.lastCapturedAtMicros(), nowMillis), Fate.REPEATED, windows);
            }
            if (continues(state, arrival)) {
                return new Result(append(state, arrival, nowMillis, windows), Fate.WRITTEN, windows);
            }
            windows.addAll(end(state));
        }
        long time = arrival.capturedAtMicros();
        SequenceState begun =
                new SequenceState(arrival.run(), arrival.position(), 0, 0, 0, time, time, nowMillis, new int[0]);
        return new Result(append(begun, arrival, nowMillis, windows), Fate.WRITTEN, windows);
    }

    /** The last windows of a run: its clip goes on no further. */
    public List<TokenWindow> end(SequenceState state) {
        List<TokenWindow> windows = new ArrayList<>();
        Vocabulary vocabulary = vocabulary(state.run());
        int[] end = new int[vocabulary.idsAPlace()];
        vocabulary.putSpecial(Vocabulary.END_CLIP, end, 0);
        SequenceState last = add(state, end, state.lastCapturedAtMicros(), windows);
        int places = last.pending().length / vocabulary.idsAPlace();
        if (places > last.repeated()) {
            int[] ids = spec.tail() == SequenceSpec.Tail.PADDED
                    ? Arrays.copyOf(last.pending(), spec.contextLength() * vocabulary.idsAPlace())
                    : last.pending();
            windows.add(window(last, ids));
        }
        return windows;
    }

    private static boolean follows(SequenceState state, Arrival arrival) {
        SequenceRun newest = state.run();
        SequenceRun run = arrival.run();
        if (run.epoch() != newest.epoch()) {
            return run.epoch() > newest.epoch();
        }
        return run.clip() == newest.clip() ? arrival.position() >= state.next() : run.clip() > newest.clip();
    }

    /** Lower numbers are taken for new ones in a lower epoch, or where they were captured later. */
    private static boolean beginsAnew(SequenceState state, Arrival arrival) {
        boolean lower = arrival.run().epoch() < state.run().epoch();
        return arrival.begins() == Begins.CLIP_ANEW
                && (lower || arrival.capturedAtMicros() > state.lastCapturedAtMicros());
    }

    private static boolean continues(SequenceState state, Arrival arrival) {
        SequenceRun newest = state.run();
        SequenceRun run = arrival.run();
        boolean sameClip = run.epoch() == newest.epoch() && run.clip() == newest.clip();
        boolean sameKind = run.tokenizerId().equals(newest.tokenizerId())
                && run.height() == newest.height()
                && run.width() == newest.width()
                && run.bits() == newest.bits();
        return sameClip && sameKind && arrival.position() == state.next() && arrival.begins() == Begins.NOTHING;
    }

    private SequenceState append(SequenceState state, Arrival arrival, long nowMillis, List<TokenWindow> windows) {
        int[] ids = places(arrival);
        SequenceState added = add(state, ids, arrival.capturedAtMicros(), windows);
        return new SequenceState(
                added.run(),
                arrival.position() + 1,
                added.index(),
                added.start(),
                added.repeated(),
                added.firstCapturedAtMicros(),
                arrival.capturedAtMicros(),
                nowMillis,
                added.pending());
    }

    /** The ids of a token frame and what is said before it. */
    private int[] places(Arrival arrival) {
        Vocabulary vocabulary = vocabulary(arrival.run());
        int step = vocabulary.idsAPlace();
        int before = switch (arrival.begins()) {
            case NOTHING -> 1;
            case CLIP, CLIP_ANEW -> 2;
            case CLIP_AFTER_GAP -> 3;
        };
        int[] ids = new int[(before + arrival.tokens().length) * step];
        int at = 0;
        if (arrival.begins() != Begins.NOTHING) {
            vocabulary.putSpecial(Vocabulary.BEGIN_CLIP, ids, at);
            at += step;
        }
        if (arrival.begins() == Begins.CLIP_AFTER_GAP) {
            vocabulary.putSpecial(Vocabulary.GAP, ids, at);
            at += step;
        }
        boolean follows = arrival.begins() == Begins.NOTHING;
        vocabulary.putSpecial(follows ? Vocabulary.FRAME : Vocabulary.KEYFRAME, ids, at);
        for (int token : arrival.tokens()) {
            at += step;
            vocabulary.put(token, ids, at);
        }
        return ids;
    }

    /** Adds places; every time the window is full it is cut. */
    private SequenceState add(SequenceState state, int[] ids, long capturedAtMicros, List<TokenWindow> windows) {
        int step = vocabulary(state.run()).idsAPlace();
        int full = spec.contextLength() * step;
        SequenceState now = at(state, capturedAtMicros, state.lastArrivalMillis());
        int taken = 0;
        while (taken < ids.length) {
            int some = Math.min(full - now.pending().length, ids.length - taken);
            int[] pending = Arrays.copyOf(now.pending(), now.pending().length + some);
            System.arraycopy(ids, taken, pending, now.pending().length, some);
            taken += some;
            now = with(now, now.index(), now.start(), now.repeated(), now.firstCapturedAtMicros(), pending);
            if (pending.length == full) {
                windows.add(window(now, pending));
                int[] kept = Arrays.copyOfRange(pending, full - spec.overlap() * step, full);
                long start = now.start() + spec.contextLength() - spec.overlap();
                now = with(now, now.index() + 1, start, spec.overlap(), capturedAtMicros, kept);
            }
        }
        return now;
    }

    private Vocabulary vocabulary(SequenceRun run) {
        return new Vocabulary(run.bits(), spec.factors());
    }

    private static TokenWindow window(SequenceState state, int[] ids) {
        return new TokenWindow(
                state.run(),
                state.index(),
                state.start(),
                state.repeated(),
                state.firstCapturedAtMicros(),
                state.lastCapturedAtMicros(),
                ids);
    }

    private static SequenceState at(SequenceState state, long capturedAtMicros, long nowMillis) {
        return new SequenceState(
                state.run(),
                state.next(),
                state.index(),
                state.start(),
                state.repeated(),
                state.firstCapturedAtMicros(),
                capturedAtMicros,
                nowMillis,
                state.pending());
    }

    private static SequenceState with(
            SequenceState state, int index, long start, int repeated, long firstCapturedAtMicros, int[] pending) {
        return new SequenceState(
                state.run(),
                state.next(),
                index,
                start,
                repeated,
                firstCapturedAtMicros,
                state.lastCapturedAtMicros(),
                state.lastArrivalMillis(),
                pending);
    }
}

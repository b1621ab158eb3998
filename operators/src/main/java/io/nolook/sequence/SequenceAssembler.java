package io.nolook.sequence;

import io.nolook.token.StreamOrder;
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
 * <p>A run ends where its clip does: at a keyframe or where token frames are missing; and where it was cut otherwise
 * before. One whose start is missing begins
 * with FRAME. Token frames that do not come after the newest are dropped, but for keyframes that begin numbers again.
 */
public final class SequenceAssembler {

    /** What becomes of a token frame. */
    public enum Fate {
        WRITTEN,
        REPEATED
    }

    /** What a sequence says before a token frame. */
    public enum Opening {
        /** Nothing: it follows another. */
        NOTHING,
        /** That a clip begins. */
        CLIP,
        /** That a clip begins, and that frames are missing before it. */
        CLIP_AFTER_GAP
    }

    /**
     * What arrives.
     *
     * @param run as if it began with this token frame, whose position is its first
     * @param begins what it says of its beginning
     * @param opening what is said before it
     * @param capturedAtMicros of its last real frame
     * @param tokens in raster order
     */
    public record Arrival(
            SequenceRun run, StreamOrder.Begins begins, Opening opening, long capturedAtMicros, int[] tokens) {

        private Arrival after(Opening other) {
            return new Arrival(run, begins, other, capturedAtMicros, tokens);
        }

        int position() {
            return run.firstPosition();
        }

        private StreamOrder.Place place() {
            return new StreamOrder.Place(run.epoch(), run.clip(), position(), capturedAtMicros);
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
        StreamOrder.Verdict verdict =
                StreamOrder.of(before.map(SequenceState::place), arrival.place(), arrival.begins());
        List<TokenWindow> windows = new ArrayList<>();
        if (verdict == StreamOrder.Verdict.LATE || verdict == StreamOrder.Verdict.DUPLICATE) {
            return new Result(before.orElseThrow(), Fate.REPEATED, windows);
        }
        if (verdict == StreamOrder.Verdict.NEXT && continues(before.orElseThrow(), arrival)) {
            return new Result(append(before.get(), arrival, nowMillis, windows), Fate.WRITTEN, windows);
        }
        before.ifPresent(state -> windows.addAll(end(state)));
        long time = arrival.capturedAtMicros();
        SequenceState begun = new SequenceState(
                Optional.of(spec), arrival.run(), arrival.position(), 0, 0, 0, time, time, nowMillis, new int[0]);
        boolean holed = verdict == StreamOrder.Verdict.HOLE && arrival.opening() == Opening.CLIP;
        Arrival first = holed ? arrival.after(Opening.CLIP_AFTER_GAP) : arrival;
        return new Result(append(begun, first, nowMillis, windows), Fate.WRITTEN, windows);
    }

    private static Optional<SequenceAssembler> another(SequenceState state, SequenceSpec spec) {
        return state.spec().filter(other -> !other.equals(spec)).map(SequenceAssembler::new);
    }

    /** The last windows of a run: its clip goes on no further. */
    public List<TokenWindow> end(SequenceState state) {
        return another(state, spec).orElse(this).ended(state);
    }

    private List<TokenWindow> ended(SequenceState state) {
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

    /** In the run that is being written: another clip, tokenizer, grid or cut begins one of its own. */
    private boolean continues(SequenceState state, Arrival arrival) {
        SequenceRun newest = state.run();
        SequenceRun run = arrival.run();
        return arrival.opening() == Opening.NOTHING
                && another(state, spec).isEmpty()
                && run.tokenizerId().equals(newest.tokenizerId())
                && run.height() == newest.height()
                && run.width() == newest.width()
                && run.bits() == newest.bits()
                && run.phasePeriod() == newest.phasePeriod();
    }

    private SequenceState append(SequenceState state, Arrival arrival, long nowMillis, List<TokenWindow> windows) {
        int[] ids = places(arrival);
        SequenceState added = add(state, ids, arrival.capturedAtMicros(), windows);
        return new SequenceState(
                added.spec(),
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
        int before = switch (arrival.opening()) {
            case NOTHING -> 1;
            case CLIP -> 2;
            case CLIP_AFTER_GAP -> 3;
        };
        int[] ids = new int[(before + arrival.tokens().length) * step];
        int at = 0;
        if (arrival.opening() != Opening.NOTHING) {
            vocabulary.putSpecial(Vocabulary.BEGIN_CLIP, ids, at);
            at += step;
        }
        if (arrival.opening() == Opening.CLIP_AFTER_GAP) {
            vocabulary.putSpecial(Vocabulary.GAP, ids, at);
            at += step;
        }
        boolean follows = arrival.opening() == Opening.NOTHING;
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

    private TokenWindow window(SequenceState state, int[] ids) {
        return new TokenWindow(
                state.run(),
                spec.factors(),
                state.index(),
                state.start(),
                state.repeated(),
                state.firstCapturedAtMicros(),
                state.lastCapturedAtMicros(),
                ids);
    }

    private static SequenceState at(SequenceState state, long capturedAtMicros, long nowMillis) {
        return new SequenceState(
                state.spec(),
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
                state.spec(),
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

package io.nolook.window;

import io.nolook.identity.MadeWith;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The rules of a camera's window a second time: plain, slow, and sharing nothing with {@link WindowAssembler}.
 *
 * <p>It keeps every frame that ever came, marks each with what the rules say of it, and derives all chunks of the
 * camera anew after every event. One method for each kind of rule, so that a rule is changed in one place:
 *
 * <ul>
 *   <li>{@link #place}: where a frame stands among those before it (epoch, duplicate, late, ahead, gap);
 *   <li>{@link ReferenceTimes}: the time that it is given, and whether its camera's clock jumped;
 *   <li>{@link #sampledOut}: whether {@code frame.rate} leaves it out;
 *   <li>{@link #skip}: what age does to it under overload;
 *   <li>{@link #beginsInItsRun}: whether a clip begins with it though none of its numbers is missing;
 *   <li>{@link #meet}: what another model, runtime, size or fit does to the frames of an unfinished chunk;
 *   <li>{@link ReferenceClips}: how the frames of a clip become chunks.
 * </ul>
 *
 * <p>What a frame meets is decided in this order: model, place, sampling, age, size, jump, interval.
 */
public final class WindowReference {

    /** What an event leads to; fate is absent where the event is no frame. */
    public record Told(Optional<FrameFate> fate, int skipped, int abandoned, List<Chunk> chunks, State state) {}

    /**
     * Where the camera stands; pending frames as {@code sequence/time/corrected}. Silence counts from the newest frame in
     * order: a camera that tells but old numbers is forgotten, and then heard again.
     */
    public record State(
            long epoch, long runStart, long next, long lastArrivalMillis, int position, List<String> pending) {}

    private final List<SeenFrame> seen = new ArrayList<>();
    private final List<Chunk> told = new ArrayList<>();
    private WindowSpec spec;
    private MadeWith met;
    /** Why the next frame of its run begins a clip, after a change that found nothing unfinished. */
    private Optional<Beginning> nextBegins = Optional.empty();

    private int abandoned;

    public WindowReference(WindowSpec spec) {
        this.spec = spec;
        met = spec.madeWith();
    }

    /** A job with other settings or another model goes on with what was kept. */
    public void restartedWith(WindowSpec other) {
        spec = other;
    }

    /** A frame has come. */
    public Told step(CameraFrame frame, long nowMillis) {
        abandoned = 0;
        if (seen.isEmpty()) {
            met = spec.madeWith();
        }
        meet();
        SeenFrame it = new SeenFrame(frame, nowMillis, spec.chunkFrames());
        place(it);
        int skipped = 0;
        if (it.fate == FrameFate.ACCEPTED) {
            ReferenceTimes.tell(it, newestInOrder());
            if (!it.beginsRun) {
                if (it.jumpMicros == 0 && sampledOut(it)) {
                    it.fate = FrameFate.SAMPLED;
                } else {
                    boolean waited = waiting().isPresent();
                    if (!skip(it)) {
                        beginsInItsRun(it);
                    }
                    skipped = waited ? 1 : 0;
                }
            }
        }
        seen.add(it);
        if (it.kept()) {
            nextBegins = Optional.empty();
        }
        return tell(Optional.of(it.fate), skipped);
    }

    /** The input has ended: an unfinished chunk ends with its last frame; what comes after begins another chunk. */
    public Told finish() {
        abandoned = 0;
        if (!unfinished().isEmpty()) {
            meet();
        }
        List<SeenFrame> open = unfinished();
        if (!open.isEmpty()) {
            SeenFrame last = open.get(open.size() - 1);
            last.cut = true;
            last.waits = false;
        }
        return tell(Optional.empty(), 0);
    }

    /**
     * Somebody asks for a keyframe: an unfinished chunk ends, and the next frame begins a clip, REQUEST, unless it begins
     * one for another reason, or one waits that will.
     */
    public Told ask() {
        abandoned = 0;
        if (nextBegins.isPresent() || waiting().isPresent()) {
            return tell(Optional.empty(), 0);
        }
        Told finished = finish();
        if (nextBegins.isEmpty()) {
            nextBegins = Optional.of(new Beginning(KeyframeReason.REQUEST, "", Optional.empty(), Optional.empty()));
        }
        return new Told(Optional.empty(), 0, finished.abandoned(), finished.chunks(), state());
    }

    /** The camera is silent: a frame that waits for a newer one is told; nothing else changes. */
    public Told silent() {
        abandoned = 0;
        return waiting().isPresent() ? finish() : tell(Optional.empty(), 0);
    }

    /** The camera was silent for too long: nothing is known of it any more. */
    public void forget() {
        seen.clear();
        told.clear();
        nextBegins = Optional.empty();
    }

    /**
     * Order of numbers. The first frame ever begins a run, FIRST_FRAME; a higher epoch does, EPOCH. A lower epoch is late,
     * and so is a number from before the run; one with more missing before it than {@code sequence.max-ahead} is ahead.
     * When such frames and no others came for {@code epoch.reset-after}, the next of them begins a run, EPOCH_RESET.
     * Within the epoch the number after the newest is next; one of the run is a duplicate; one further on begins a run,
     * GAP, and tells which are missing. Frames that a change gave up are told with it: in a GAP as missing, else in words.
     */
    private void place(SeenFrame it) {
        Optional<SeenFrame> newest = newestInOrder();
        if (newest.isEmpty()) {
            beginRun(it, KeyframeReason.FIRST_FRAME);
            return;
        }
        CameraFrame last = newest.get().frame;
        Optional<Chunk.Range> untold = nextBegins.flatMap(Beginning::skipped);
        long expected = last.sequence() + 1;
        if (it.frame.epoch() > last.epoch()) {
            beginRun(it, KeyframeReason.EPOCH);
        } else if (it.frame.epoch() < last.epoch()) {
            it.fate = FrameFate.LATE;
        } else if (run().stream().anyMatch(of -> of.frame.sequence() == it.frame.sequence())) {
            it.fate = FrameFate.DUPLICATE;
        } else if (it.frame.sequence() < last.sequence()) {
            it.fate = FrameFate.LATE;
        } else if (it.frame.sequence() - expected > spec.maxAhead()) {
            it.fate = FrameFate.AHEAD;
        } else if (it.frame.sequence() > expected) {
            beginRun(it, KeyframeReason.GAP);
            long from = untold.map(Chunk.Range::from).orElse(expected);
            it.missing = Optional.of(new Chunk.Range(from, it.frame.sequence() - 1));
        }
        if (it.refused() && it.arrivedMillis - onlyRefusedSince(it) >= spec.epochResetAfterMillis()) {
            it.fate = FrameFate.ACCEPTED;
            beginRun(it, KeyframeReason.EPOCH_RESET);
        }
        if (it.beginsClip == KeyframeReason.EPOCH || it.beginsClip == KeyframeReason.EPOCH_RESET) {
            untold.ifPresent(range ->
                    it.detail = "given up in epoch " + last.epoch() + ": " + range.from() + " to " + last.sequence());
        }
    }

    private static void beginRun(SeenFrame it, KeyframeReason reason) {
        it.beginsRun = true;
        it.beginsClip = reason;
    }

    /** When the first of those frames came after which none but refused ones did, this one included. */
    private long onlyRefusedSince(SeenFrame it) {
        long since = it.arrivedMillis;
        for (int i = seen.size() - 1; i >= 0 && seen.get(i).refused(); i--) {
            since = seen.get(i).arrivedMillis;
        }
        return since;
    }

    /**
     * Sampling. Steady time is cut into slots as long as {@code frame.rate} says; a frame is left out when its slot is not
     * after that of the last frame that was not. The first of a run never is, nor one before which the clock jumped.
     */
    private boolean sampledOut(SeenFrame it) {
        if (spec.sampleIntervalMicros() == 0) {
            return false;
        }
        List<SeenFrame> taken =
                run().stream().filter(of -> of.fate == FrameFate.ACCEPTED).toList();
        return slot(it) <= slot(taken.get(taken.size() - 1));
    }

    private long slot(SeenFrame it) {
        return Math.floorDiv(it.steadyMicros(), spec.sampleIntervalMicros());
    }

    /**
     * Overload. A frame older than the freshness waits as a keyframe to be; while one waits, half of the freshness is
     * the limit. The next frame in order takes its place: waiting itself when too old, else the keyframe; it tells what
     * was given up, from the first that waited to the number before it.
     *
     * @return whether a clip begins with it for this reason
     */
    private boolean skip(SeenFrame it) {
        Optional<SeenFrame> waiting = waiting();
        long limit = waiting.isPresent() ? spec.freshnessMillis() / 2 : spec.freshnessMillis();
        boolean tooOld = spec.freshnessMillis() > 0 && it.arrivedMillis - it.frame.sentAtMillis() > limit;
        waiting.ifPresent(older -> {
            older.givenUp = true;
            long from = older.missing.map(Chunk.Range::from).orElse(older.frame.sequence());
            it.missing = Optional.of(new Chunk.Range(from, it.frame.sequence() - 1));
        });
        if (waiting.isEmpty() && tooOld) {
            it.missing = nextBegins
                    .flatMap(Beginning::skipped)
                    .map(range -> new Chunk.Range(range.from(), it.frame.sequence() - 1));
        }
        it.waits = tooOld;
        if (tooOld || waiting.isPresent()) {
            it.beginsClip = KeyframeReason.SKIP;
        }
        return tooOld || waiting.isPresent();
    }

    /**
     * Clips within a run. The first frame after a change that found nothing unfinished begins a clip, MODEL or SIZE, and
     * tells what was given up. Else another source size than the last frame's begins one, SIZE; so does a jump of the
     * clock, INTERVAL; so does the frame after as many chunks as {@code keyframe.interval} says, INTERVAL. These three
     * tell which chunk they follow.
     */
    private void beginsInItsRun(SeenFrame it) {
        if (nextBegins.isPresent()) {
            it.beginsClip = nextBegins.get().reason();
            it.detail = nextBegins.get().detail();
            it.missing = nextBegins.get().skipped();
            return;
        }
        List<SeenFrame> kept = kept();
        CameraFrame last = kept.get(kept.size() - 1).frame;
        if (it.frame.sourceWidth() != last.sourceWidth() || it.frame.sourceHeight() != last.sourceHeight()) {
            it.beginsClip = KeyframeReason.SIZE;
            it.detail = "source " + last.sourceWidth() + "x" + last.sourceHeight() + " -> " + it.frame.sourceWidth()
                    + "x" + it.frame.sourceHeight();
        } else if (it.jumpMicros != 0) {
            it.beginsClip = KeyframeReason.INTERVAL;
            it.detail = "clock " + (it.jumpMicros >= 0 ? "+" : "") + it.jumpMicros / 1000 + " ms";
        } else if (position() >= spec.keyframeInterval()) {
            it.beginsClip = KeyframeReason.INTERVAL;
        }
        it.follows = it.beginsClip != null;
    }

    /**
     * Changes. The frames of a chunk that another model or runtime left unfinished begin a clip of the new one, MODEL; a
     * frame that waits under overload is its keyframe now, SKIP. Where they were fitted otherwise they are given up, and
     * the next frame begins the clip, SIZE. Where nothing is unfinished the next frame begins it, too.
     */
    private void meet() {
        MadeWith now = spec.madeWith();
        if (met.equals(now)) {
            return;
        }
        boolean refitted = !met.fit().equals(now.fit());
        String detail = now.changedFrom(met);
        met = now;
        List<SeenFrame> open = unfinished();
        Optional<Chunk.Range> untold = nextBegins.flatMap(Beginning::skipped);
        if (refitted && !open.isEmpty()) {
            SeenFrame first = open.get(0);
            long from = first.waits
                    ? first.missing.map(Chunk.Range::from).orElse(first.frame.sequence())
                    : first.frame.sequence();
            long to = newestInOrder().orElseThrow().frame.sequence();
            untold = Optional.of(new Chunk.Range(from, to));
            if (first.waits) { // it ended the chunk before
                lastBefore(first).ifPresent(of -> of.cut = true);
            }
            open.forEach(of -> of.givenUp = true);
            abandoned += open.size();
        }
        if (refitted || open.isEmpty()) {
            KeyframeReason reason = refitted ? KeyframeReason.SIZE : KeyframeReason.MODEL;
            nextBegins = Optional.of(new Beginning(reason, detail, untold, Optional.empty()));
            return;
        }
        open.forEach(of -> of.chunkFrames = spec.chunkFrames());
        SeenFrame first = open.get(0);
        first.beginsClip = first.waits ? KeyframeReason.SKIP : KeyframeReason.MODEL;
        first.follows = false;
        first.detail = detail;
        first.waits = false;
    }

    private Optional<SeenFrame> lastBefore(SeenFrame it) {
        List<SeenFrame> kept = kept();
        int at = kept.indexOf(it);
        return at > 0 ? Optional.of(kept.get(at - 1)) : Optional.empty();
    }

    /** What is complete now and was not before. */
    private Told tell(Optional<FrameFate> fate, int skipped) {
        List<Chunk> more = clips().chunks(told.size());
        told.addAll(more);
        return new Told(fate, skipped, abandoned, more, state());
    }

    /** All chunks that are complete, derived once more: what was told is never taken back. */
    List<Chunk> chunks() {
        return clips().chunks(0);
    }

    /** What was told since the camera is known. */
    List<Chunk> told() {
        return told;
    }

    private State state() {
        List<SeenFrame> run = run();
        SeenFrame newest = run.get(run.size() - 1);
        return new State(
                newest.frame.epoch(),
                run.get(0).frame.sequence(),
                newest.frame.sequence() + 1,
                newest.arrivedMillis,
                position(),
                unfinished().stream()
                        .map(of -> of.frame.sequence() + "/" + of.timeMicros + "/" + of.corrected())
                        .toList());
    }

    /** Chunks of the newest clip that are complete; of one that has no frame yet, none. */
    private int position() {
        return nextBegins.isPresent() ? 0 : clips().position();
    }

    private List<SeenFrame> unfinished() {
        return clips().unfinished();
    }

    private ReferenceClips clips() {
        return new ReferenceClips(kept());
    }

    private List<SeenFrame> kept() {
        List<SeenFrame> kept = new ArrayList<>();
        for (SeenFrame of : seen) {
            if (of.kept()) {
                kept.add(of);
            }
        }
        return kept;
    }

    private Optional<SeenFrame> waiting() {
        return newest(SeenFrame::kept).filter(of -> of.waits);
    }

    private Optional<SeenFrame> newestInOrder() {
        return newest(SeenFrame::inOrder);
    }

    private Optional<SeenFrame> newest(Predicate<SeenFrame> wanted) {
        for (int i = seen.size() - 1; i >= 0; i--) {
            if (wanted.test(seen.get(i))) {
                return Optional.of(seen.get(i));
            }
        }
        return Optional.empty();
    }

    private List<SeenFrame> run() {
        return SeenFrame.run(seen);
    }
}

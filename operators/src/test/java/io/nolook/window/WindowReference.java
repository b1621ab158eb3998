package io.nolook.window;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The rules of a camera's window a second time: plain, slow, and sharing nothing with {@link WindowAssembler}.
 *
 * <p>It keeps every frame that ever came, marks each with what the rules say of it, and derives all chunks of the
 * camera anew after every event. One method for each kind of rule, so that a rule is changed in one place:
 *
 * <ul>
 *   <li>{@link #place}: where a frame stands among those before it (epoch, duplicate, late, gap);
 *   <li>{@link #time}: the time that it is given;
 *   <li>{@link #sampledOut}: whether {@code frame.rate} leaves it out;
 *   <li>{@link #skip}: what age does to it under overload;
 *   <li>{@link #beginsInItsRun}: whether a clip begins with it though none of its numbers is missing;
 *   <li>{@link #meetModel}: what another model does to the frames of an unfinished chunk;
 *   <li>{@link ReferenceClips}: how the frames of a clip become chunks.
 * </ul>
 *
 * <p>What a frame meets is decided in this order: model, place, sampling, age, size, interval.
 */
public final class WindowReference {
    private static final long HOUR_MICROS = 3_600_000_000L;

    /** What an event leads to; fate is absent where the event is no frame. */
    public record Told(Optional<FrameFate> fate, int skipped, List<Chunk> chunks, State state) {}

    /**
     * Where the camera stands; pending frames as {@code sequence/time/corrected}. Silence counts from the newest frame in
     * order: a camera that tells but old numbers is forgotten, and then heard again.
     */
    public record State(
            long epoch, long runStart, long next, long lastArrivalMillis, int position, List<String> pending) {}

    private final List<SeenFrame> seen = new ArrayList<>();
    private final List<Chunk> told = new ArrayList<>();
    private WindowSpec spec;
    private String metModel;
    private boolean nextBeginsByModel;

    public WindowReference(WindowSpec spec) {
        this.spec = spec;
        metModel = spec.model();
    }

    /** A job with other settings or another model goes on with what was kept. */
    public void restartedWith(WindowSpec other) {
        spec = other;
    }

    /** A frame has come. */
    public Told step(CameraFrame frame, long nowMillis) {
        if (seen.isEmpty()) {
            metModel = spec.model();
        }
        meetModel();
        SeenFrame it = new SeenFrame(frame, nowMillis, spec.chunkFrames());
        place(it);
        int skipped = 0;
        if (it.fate == FrameFate.ACCEPTED) {
            it.timeMicros = time(it);
            if (!it.beginsRun) {
                if (sampledOut(it)) {
                    it.fate = FrameFate.SAMPLED;
                } else {
                    boolean waited = waiting().isPresent();
                    if (!skip(it)) {
                        it.beginsClip = beginsInItsRun(it).orElse(null);
                    }
                    skipped = waited ? 1 : 0;
                }
            }
        }
        seen.add(it);
        if (it.kept()) {
            nextBeginsByModel = false;
        }
        return tell(Optional.of(it.fate), skipped);
    }

    /** The input has ended: an unfinished chunk ends with its last frame; what comes after begins another chunk. */
    public Told finish() {
        if (!unfinished().isEmpty()) {
            meetModel();
        }
        List<SeenFrame> open = unfinished();
        if (!open.isEmpty()) {
            SeenFrame last = open.get(open.size() - 1);
            last.cut = true;
            last.waits = false;
        }
        return tell(Optional.empty(), 0);
    }

    /** The camera is silent: a frame that waits for a newer one is told; nothing else changes. */
    public Told silent() {
        return waiting().isPresent() ? finish() : tell(Optional.empty(), 0);
    }

    /** The camera was silent for too long: nothing is known of it any more. */
    public void forget() {
        seen.clear();
        told.clear();
        nextBeginsByModel = false;
    }

    /**
     * Order of numbers. The first frame ever begins a run, FIRST_FRAME; a higher epoch does, EPOCH; a lower epoch is
     * late, unless frames of lower epochs and no others came for {@code epoch.reset-after}: then it begins a run,
     * EPOCH_RESET. Within the epoch the number after the newest is next; one of the run is a duplicate; one from before
     * the run is late; one further on begins a run, GAP, and tells which are missing.
     */
    private void place(SeenFrame it) {
        Optional<SeenFrame> newest = newestInOrder();
        if (newest.isEmpty()) {
            beginRun(it, KeyframeReason.FIRST_FRAME);
            return;
        }
        CameraFrame last = newest.get().frame;
        if (it.frame.epoch() > last.epoch()) {
            beginRun(it, KeyframeReason.EPOCH);
        } else if (it.frame.epoch() < last.epoch()) {
            if (it.arrivedMillis - onlyLowerSince(it, last.epoch()) >= spec.epochResetAfterMillis()) {
                beginRun(it, KeyframeReason.EPOCH_RESET);
            } else {
                it.fate = FrameFate.LATE;
            }
        } else if (run().stream().anyMatch(of -> of.frame.sequence() == it.frame.sequence())) {
            it.fate = FrameFate.DUPLICATE;
        } else if (it.frame.sequence() < last.sequence()) {
            it.fate = FrameFate.LATE;
        } else if (it.frame.sequence() > last.sequence() + 1) {
            beginRun(it, KeyframeReason.GAP);
            it.missing = Optional.of(new Chunk.Range(last.sequence() + 1, it.frame.sequence() - 1));
        }
    }

    private static void beginRun(SeenFrame it, KeyframeReason reason) {
        it.beginsRun = true;
        it.beginsClip = reason;
    }

    /** When the first of those frames came after which none but of lower epochs did, this one included. */
    private long onlyLowerSince(SeenFrame it, long epoch) {
        long since = it.arrivedMillis;
        for (int i = seen.size() - 1; i >= 0 && seen.get(i).frame.epoch() < epoch; i--) {
            since = seen.get(i).arrivedMillis;
        }
        return since;
    }

    /**
     * Times. A frame has the time that its camera tells, unless that is not after 1970, more than an hour ahead, or
     * before the frame it follows in its run: then it has one microsecond more than that one, or the present time.
     */
    private long time(SeenFrame it) {
        Optional<SeenFrame> before = it.beginsRun ? Optional.empty() : newestInOrder();
        long now = TimeUnit.MILLISECONDS.toMicros(it.arrivedMillis);
        long told = it.frame.capturedAtMicros();
        boolean plausible = told > 0 && told <= now + HOUR_MICROS;
        if (plausible && before.map(last -> told >= last.timeMicros).orElse(true)) {
            return told;
        }
        return before.map(last -> last.timeMicros + 1).orElse(now);
    }

    /**
     * Sampling. Time is cut into slots as long as {@code frame.rate} says; a frame is left out when its slot is not
     * after that of the last frame that was not. The first of a run never is.
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
        return Math.floorDiv(it.timeMicros, spec.sampleIntervalMicros());
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
        it.waits = tooOld;
        if (tooOld || waiting.isPresent()) {
            it.beginsClip = KeyframeReason.SKIP;
        }
        return tooOld || waiting.isPresent();
    }

    /**
     * Clips within a run. Another source size than the last frame's begins a clip, SIZE; so does the first frame of
     * another model, MODEL; so does the frame after as many chunks as {@code keyframe.interval} says, INTERVAL.
     */
    private Optional<KeyframeReason> beginsInItsRun(SeenFrame it) {
        List<SeenFrame> kept = kept();
        CameraFrame last = kept.get(kept.size() - 1).frame;
        if (it.frame.sourceWidth() != last.sourceWidth() || it.frame.sourceHeight() != last.sourceHeight()) {
            return Optional.of(KeyframeReason.SIZE);
        }
        if (nextBeginsByModel) {
            return Optional.of(KeyframeReason.MODEL);
        }
        return position() >= spec.keyframeInterval() ? Optional.of(KeyframeReason.INTERVAL) : Optional.empty();
    }

    /**
     * Models. The frames of a chunk that another model left unfinished begin a clip of the new one, MODEL; a frame that
     * waits under overload is its keyframe now, SKIP. Where nothing is unfinished the next frame begins the clip.
     */
    private void meetModel() {
        if (metModel.equals(spec.model())) {
            return;
        }
        metModel = spec.model();
        List<SeenFrame> open = unfinished();
        nextBeginsByModel = open.isEmpty();
        for (SeenFrame of : open) {
            of.chunkFrames = spec.chunkFrames();
        }
        if (!open.isEmpty()) {
            SeenFrame first = open.get(0);
            if (!first.waits) {
                first.beginsClip = KeyframeReason.MODEL;
            }
            first.waits = false;
        }
    }

    /** What is complete now and was not before. */
    private Told tell(Optional<FrameFate> fate, int skipped) {
        List<Chunk> more = clips().chunks(told.size());
        told.addAll(more);
        return new Told(fate, skipped, more, state());
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
        return nextBeginsByModel ? 0 : clips().position();
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

    /** The frames in order since the one that began their run: none is missing among them. */
    private List<SeenFrame> run() {
        List<SeenFrame> run = new ArrayList<>();
        for (SeenFrame of : seen) {
            if (of.inOrder()) {
                if (of.beginsRun) {
                    run.clear();
                }
                run.add(of);
            }
        }
        return run;
    }
}

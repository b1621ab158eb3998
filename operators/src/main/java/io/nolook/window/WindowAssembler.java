package io.nolook.window;

import io.nolook.identity.MadeWith;
import io.nolook.window.CameraWindow.Clip;
import io.nolook.window.CameraWindow.Cursor;
import io.nolook.window.CameraWindow.PendingFrame;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Assembles a camera's frames into chunks; a pure step.
 *
 * <pre>
 *   frame --+-- {@link FrameOrder} LATE, AHEAD ---------> LATE, AHEAD (until epoch.reset-after: EPOCH_RESET)
 *           +-- DUPLICATE ----------------------> DUPLICATE
 *           +-- EPOCH, GAP ---------------------> [tail chunk] then a keyframe chunk
 *           +-- NEXT --+-- between two samples -> SAMPLED
 *                      +-- too old (skip) ------> waits as the next keyframe until a newer one comes
 *                      +-- other source size,
 *                      |   clock jump, interval > [tail chunk] then a keyframe chunk
 *                      +-- next of its clip ----> pending, or a chunk when T are there
 * </pre>
 *
 * <p>A window that was made otherwise begins anew before the frame is looked at. No clock, no IO; the same frames and
 * times give the same chunks.
 */
public final class WindowAssembler {
    private final WindowSpec spec;

    public WindowAssembler(WindowSpec spec) {
        this.spec = spec;
    }

    /**
     * @param before the camera's window, empty at its first frame
     * @param frame fitted to the model's size
     * @param nowMillis processing time
     */
    public WindowResult step(Optional<CameraWindow> before, CameraFrame frame, long nowMillis) {
        ChunkBuilder chunks = new ChunkBuilder(frame.camera(), spec.chunkFrames());
        if (before.isEmpty()) {
            return accept(begin(frame, Beginning.of(KeyframeReason.FIRST_FRAME)), frame, nowMillis, chunks);
        }
        CameraWindow window = before.get();
        int abandoned = 0;
        if (!wasMadeAlike(window)) {
            CameraWindow anew = beginAnew(window, chunks);
            abandoned = frames(window) - frames(anew) - realFrames(chunks);
            window = anew;
        }
        WindowResult result = step(window, frame, nowMillis, chunks);
        return new WindowResult(result.window(), result.fate(), result.skipped(), abandoned, result.chunks());
    }

    private WindowResult step(CameraWindow window, CameraFrame frame, long nowMillis, ChunkBuilder chunks) {
        Cursor cursor = window.cursor();
        FrameOrder order = FrameOrder.of(cursor, frame, spec.maxAhead());
        return switch (order) {
            case LATE, AHEAD -> {
                long since = cursor.refusedSinceMillis() < 0 ? nowMillis : cursor.refusedSinceMillis();
                yield nowMillis - since < spec.epochResetAfterMillis()
                        ? unchanged(window, since, order == FrameOrder.LATE ? FrameFate.LATE : FrameFate.AHEAD, chunks)
                        : restart(window, frame, numbersAnew(window, KeyframeReason.EPOCH_RESET), nowMillis, chunks);
            }
            case DUPLICATE -> unchanged(window, -1, FrameFate.DUPLICATE, chunks);
            case EPOCH -> restart(window, frame, numbersAnew(window, KeyframeReason.EPOCH), nowMillis, chunks);
            case GAP -> {
                long from = untold(window).map(Chunk.Range::from).orElse(cursor.next());
                Chunk.Range missing = new Chunk.Range(from, frame.sequence() - 1);
                yield restart(window, frame, Beginning.after(KeyframeReason.GAP, missing), nowMillis, chunks);
            }
            case NEXT -> next(window, frame, nowMillis, chunks);
        };
    }

    private WindowResult next(CameraWindow window, CameraFrame frame, long nowMillis, ChunkBuilder chunks) {
        Cursor cursor = window.cursor();
        CameraClock.Reading time = read(cursor, frame, nowMillis);
        if (!time.jumps() && isSampledOut(cursor, time)) {
            Cursor after = advance(cursor, frame, nowMillis, time, cursor.lastTakenAtMicros());
            return new WindowResult(
                    new CameraWindow(after, window.clip(), window.pending()), FrameFate.SAMPLED, 0, chunks.built());
        }
        if (isSkipping(window) || tooOld(window, frame, nowMillis)) {
            return tooOld(window, frame, nowMillis)
                    ? skip(window, frame, nowMillis, chunks)
                    : endSkip(window, frame, nowMillis, chunks);
        }
        if (!hasBegun(window)) {
            return accept(window, frame, nowMillis, chunks);
        }
        Clip clip = window.clip();
        if (clip.sourceWidth() != frame.sourceWidth() || clip.sourceHeight() != frame.sourceHeight()) {
            String detail = "source " + clip.sourceWidth() + "x" + clip.sourceHeight() + " -> " + frame.sourceWidth()
                    + "x" + frame.sourceHeight();
            return restart(window, frame, of(KeyframeReason.SIZE, detail), nowMillis, chunks);
        }
        if (time.jumps()) {
            String detail = String.format(Locale.ROOT, "clock %+d ms", time.jumpMicros() / 1000);
            return restart(window, frame, of(KeyframeReason.INTERVAL, detail), nowMillis, chunks);
        }
        if (clip.position() >= spec.keyframeInterval()) {
            return restart(window, frame, of(KeyframeReason.INTERVAL, ""), nowMillis, chunks);
        }
        return accept(window, frame, nowMillis, chunks);
    }

    /**
     * A window whose unfinished chunk was taken: the next frame begins at another.
     *
     * @param abandoned frames that waited and were given up: they were fitted otherwise
     */
    public record Finished(CameraWindow window, int abandoned, List<Chunk> chunks) {}

    /** What is unfinished, completed by repeating its last frame; what was made otherwise, begun anew. */
    public Finished finish(CameraWindow window, String camera) {
        ChunkBuilder chunks = new ChunkBuilder(camera, spec.chunkFrames());
        CameraWindow current = wasMadeAlike(window) || frames(window) == 0 ? window : beginAnew(window, chunks);
        int abandoned = frames(window) - frames(current) - realFrames(chunks);
        return new Finished(chunks.tail(current), abandoned, chunks.built());
    }

    /** The same for a camera that falls silent while frames are skipped; empty when none are. */
    public Optional<Finished> finishSkip(CameraWindow window, String camera) {
        return isSkipping(window) ? Optional.of(finish(window, camera)) : Optional.empty();
    }

    /** What is unfinished, completed; the next frame begins a clip, as somebody asks, unless it begins one anyway. */
    public Finished beginClip(CameraWindow window, String camera) {
        if (!hasBegun(window) || isSkipping(window)) {
            return new Finished(window, 0, List.of());
        }
        Finished finished = finish(window, camera);
        CameraWindow done = finished.window();
        Clip clip = done.clip();
        CameraWindow asked = !hasBegun(done)
                ? done
                : new CameraWindow(
                        done.cursor(),
                        new Clip(
                                clip.madeWith(),
                                done.cursor().next(),
                                0,
                                Beginning.of(KeyframeReason.REQUEST),
                                clip.sourceWidth(),
                                clip.sourceHeight()),
                        List.of());
        return new Finished(asked, finished.abandoned(), finished.chunks());
    }

    private static WindowResult unchanged(CameraWindow window, long refusedSince, FrameFate fate, ChunkBuilder chunks) {
        Cursor cursor = window.cursor().refusedSince(refusedSince);
        return new WindowResult(new CameraWindow(cursor, window.clip(), window.pending()), fate, 0, chunks.built());
    }

    private static int frames(CameraWindow window) {
        return window.pending().size();
    }

    private static int realFrames(ChunkBuilder chunks) {
        return chunks.built().stream().mapToInt(chunk -> chunk.span().frames()).sum();
    }

    /** A clip that follows the one before without a missing frame. */
    private static Beginning of(KeyframeReason reason, String detail) {
        return new Beginning(reason, detail, Optional.empty(), Optional.empty());
    }

    /** Numbers of which none compares with those before; what was not told in those is told in words. */
    private static Beginning numbersAnew(CameraWindow window, KeyframeReason reason) {
        String detail = untold(window)
                .map(range -> "given up in epoch " + window.cursor().epoch() + ": " + range.from() + " to "
                        + (window.cursor().next() - 1))
                .orElse("");
        return of(reason, detail);
    }

    private WindowResult restart(
            CameraWindow window, CameraFrame frame, Beginning begins, long nowMillis, ChunkBuilder chunks) {
        CameraWindow done = chunks.tail(window);
        if (begins.reason() == KeyframeReason.SIZE || begins.reason() == KeyframeReason.INTERVAL) {
            Chunk.Place before =
                    new Chunk.Place(done.clip().first(), done.clip().position() - 1);
            Beginning follows = new Beginning(begins.reason(), begins.detail(), begins.skipped(), Optional.of(before));
            return accept(new CameraWindow(done.cursor(), clip(frame, follows), List.of()), frame, nowMillis, chunks);
        }
        return accept(begin(frame, begins), frame, nowMillis, chunks);
    }

    /** While skipping, the newest frame waits at position 0: it becomes the keyframe unless a newer one comes. */
    private static boolean isSkipping(CameraWindow window) {
        return window.clip().position() == 0 && !window.pending().isEmpty();
    }

    /** Whether the clip has a frame; one that another model was to begin may still be without. */
    private static boolean hasBegun(CameraWindow window) {
        return window.clip().position() > 0 || !window.pending().isEmpty();
    }

    /** Frames that were given up and that no keyframe has told yet. */
    private static Optional<Chunk.Range> untold(CameraWindow window) {
        return hasBegun(window) ? Optional.empty() : window.clip().begins().skipped();
    }

    private boolean tooOld(CameraWindow window, CameraFrame frame, long nowMillis) {
        long most = isSkipping(window) ? spec.freshnessMillis() / 2 : spec.freshnessMillis();
        return spec.freshnessMillis() > 0 && nowMillis - frame.sentAtMillis() > most;
    }

    private WindowResult skip(CameraWindow window, CameraFrame frame, long nowMillis, ChunkBuilder chunks) {
        boolean already = isSkipping(window);
        Optional<Chunk.Range> skipped = already
                ? Optional.of(skippedUpTo(window, frame))
                : untold(window).map(range -> new Chunk.Range(range.from(), frame.sequence() - 1));
        CameraWindow done = already ? window : chunks.tail(window);
        CameraClock.Reading time = read(done.cursor(), frame, nowMillis);
        CameraWindow after = new CameraWindow(
                advance(done.cursor(), frame, nowMillis, time, time.steadyMicros()),
                clip(frame, new Beginning(KeyframeReason.SKIP, "", skipped, Optional.empty())),
                List.of(pending(frame, time)));
        return new WindowResult(after, FrameFate.ACCEPTED, already ? 1 : 0, chunks.built());
    }

    private WindowResult endSkip(CameraWindow window, CameraFrame frame, long nowMillis, ChunkBuilder chunks) {
        Clip clip = clip(frame, Beginning.after(KeyframeReason.SKIP, skippedUpTo(window, frame)));
        CameraWindow begun = new CameraWindow(window.cursor(), clip, List.of());
        WindowResult accepted = accept(begun, frame, nowMillis, chunks);
        return new WindowResult(accepted.window(), accepted.fate(), 1, accepted.chunks());
    }

    private static Chunk.Range skippedUpTo(CameraWindow window, CameraFrame frame) {
        return new Chunk.Range(firstWaiting(window), frame.sequence() - 1);
    }

    /** Number of the first frame that waits, or was given up before it. */
    private static long firstWaiting(CameraWindow window) {
        Optional<Chunk.Range> skipped =
                window.clip().position() == 0 ? window.clip().begins().skipped() : Optional.empty();
        return skipped.map(Chunk.Range::from)
                .orElseGet(() -> window.pending().get(0).sequence());
    }

    private CameraWindow begin(CameraFrame frame, Beginning begins) {
        Cursor cursor = new Cursor(
                frame.epoch(),
                frame.sequence(),
                frame.sequence(),
                CameraClock.START,
                CameraClock.UNKNOWN,
                CameraClock.UNKNOWN,
                -1);
        return new CameraWindow(cursor, clip(frame, begins), List.of());
    }

    private Clip clip(CameraFrame frame, Beginning begins) {
        return new Clip(spec.madeWith(), frame.sequence(), 0, begins, frame.sourceWidth(), frame.sourceHeight());
    }

    private boolean wasMadeAlike(CameraWindow window) {
        return spec.madeWith().same(window.clip().madeWith()) && fits(window);
    }

    /** Whether what is pending is of the model's size: state of 0.1.0 does not tell. */
    private boolean fits(CameraWindow window) {
        MadeWith now = spec.madeWith();
        return now.width() == 0
                || window.pending().isEmpty()
                || window.pending().get(0).rgb().length == now.width() * now.height() * 3;
    }

    /**
     * What was made otherwise ends: nothing is mixed, nothing lost unsaid.
     *
     * <p>Pending frames begin a clip of the new model. Where they were fitted otherwise they cannot: they are given up, and
     * the next keyframe says which.
     */
    private CameraWindow beginAnew(CameraWindow window, ChunkBuilder chunks) {
        Clip old = window.clip();
        boolean kept = spec.madeWith().samePictures(old.madeWith()) && fits(window);
        boolean skipping = isSkipping(window) && kept;
        Optional<Chunk.Range> skipped = skipping ? old.begins().skipped() : untold(window);
        if (!kept && !window.pending().isEmpty()) {
            skipped = Optional.of(
                    new Chunk.Range(firstWaiting(window), window.cursor().next() - 1));
        }
        long first = kept && !window.pending().isEmpty()
                ? window.pending().get(0).sequence()
                : window.cursor().next();
        KeyframeReason reason = skipping ? KeyframeReason.SKIP : kept ? KeyframeReason.MODEL : KeyframeReason.SIZE;
        Beginning begins =
                new Beginning(reason, spec.madeWith().changedFrom(old.madeWith()), skipped, Optional.empty());
        CameraWindow begun = new CameraWindow(
                window.cursor(),
                new Clip(spec.madeWith(), first, 0, begins, old.sourceWidth(), old.sourceHeight()),
                List.of());
        for (PendingFrame frame : kept ? window.pending() : List.<PendingFrame>of()) {
            begun = chunks.append(begun, frame);
        }
        return begun;
    }

    private WindowResult accept(CameraWindow window, CameraFrame frame, long nowMillis, ChunkBuilder chunks) {
        CameraClock.Reading time = read(window.cursor(), frame, nowMillis);
        Cursor cursor = advance(window.cursor(), frame, nowMillis, time, time.steadyMicros());
        Clip clip = hasBegun(window) ? window.clip() : clip(frame, window.clip().begins());
        CameraWindow counted = new CameraWindow(cursor, clip, window.pending());
        CameraWindow after = chunks.append(counted, pending(frame, time));
        return new WindowResult(after, FrameFate.ACCEPTED, 0, chunks.built());
    }

    private static PendingFrame pending(CameraFrame frame, CameraClock.Reading time) {
        return new PendingFrame(
                frame.sequence(),
                time.capturedAtMicros(),
                time.corrected(),
                frame.carried().headers(),
                frame.rgb());
    }

    private boolean isSampledOut(Cursor cursor, CameraClock.Reading time) {
        long interval = spec.sampleIntervalMicros();
        return interval > 0
                && cursor.lastTakenAtMicros() != CameraClock.UNKNOWN
                && Math.floorDiv(time.steadyMicros(), interval) <= Math.floorDiv(cursor.lastTakenAtMicros(), interval);
    }

    private static CameraClock.Reading read(Cursor cursor, CameraFrame frame, long nowMillis) {
        return cursor.clock().read(frame.capturedAtMicros(), frame.sentOrReceivedAtMicros(nowMillis));
    }

    private static Cursor advance(
            Cursor cursor, CameraFrame frame, long nowMillis, CameraClock.Reading time, long takenAtMicros) {
        return new Cursor(
                cursor.epoch(), cursor.runStart(), frame.sequence() + 1, time.after(), takenAtMicros, nowMillis, -1);
    }
}

package io.nolook.window;

import io.nolook.window.CameraWindow.Clip;
import io.nolook.window.CameraWindow.Cursor;
import io.nolook.window.CameraWindow.PendingFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Assembles a camera's frames into chunks; a pure step.
 *
 * <pre>
 *   frame --+-- lower epoch ---------------------------> LATE (until epoch.reset-after: EPOCH_RESET)
 *           +-- seen in this run / before it ----------> DUPLICATE / LATE
 *           +-- between two samples -------------------> SAMPLED
 *           +-- too old (overload = skip) -------------> waits as the next keyframe until a newer one comes
 *           +-- new epoch, gap, size, model, interval -> [tail chunk] then a keyframe chunk
 *           +-- next of its clip ----------------------> pending, or a chunk when T are there
 * </pre>
 *
 * <p>No clock, no IO; the same frames and times give the same chunks.
 */
public final class WindowAssembler {
    private static final long FUTURE_MICROS = TimeUnit.HOURS.toMicros(1);

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
        List<Chunk> chunks = new ArrayList<>(2);
        if (before.isEmpty()) {
            return accept(begin(frame, KeyframeReason.FIRST_FRAME, Optional.empty()), frame, nowMillis, chunks);
        }
        CameraWindow window = before.get();
        if (!window.clip().model().equals(spec.model())) {
            window = beginWithNewModel(window, frame.camera(), chunks);
        }
        Cursor cursor = window.cursor();
        if (frame.epoch() < cursor.epoch()) {
            long since = cursor.lowerEpochSinceMillis() < 0 ? nowMillis : cursor.lowerEpochSinceMillis();
            if (nowMillis - since < spec.epochResetAfterMillis()) {
                return new WindowResult(
                        new CameraWindow(cursor.lowerSince(since), window.clip(), window.pending()),
                        FrameFate.LATE,
                        0,
                        chunks);
            }
            return restart(window, frame, KeyframeReason.EPOCH_RESET, nowMillis, chunks);
        }
        if (frame.epoch() > cursor.epoch()) {
            return restart(window, frame, KeyframeReason.EPOCH, nowMillis, chunks);
        }
        if (frame.sequence() < cursor.next()) {
            FrameFate fate = frame.sequence() < cursor.runStart() ? FrameFate.LATE : FrameFate.DUPLICATE;
            return new WindowResult(
                    new CameraWindow(cursor.lowerSince(-1), window.clip(), window.pending()), fate, 0, chunks);
        }
        if (frame.sequence() > cursor.next()) {
            return restart(window, frame, KeyframeReason.GAP, nowMillis, chunks);
        }
        if (sampledOut(cursor, frame, nowMillis)) {
            return new WindowResult(
                    new CameraWindow(
                            advance(cursor, frame, nowMillis, cursor.lastTakenAtMicros()),
                            window.clip(),
                            window.pending()),
                    FrameFate.SAMPLED,
                    0,
                    chunks);
        }
        if (isSkipping(window) || tooOld(window, frame, nowMillis)) {
            return tooOld(window, frame, nowMillis)
                    ? skip(window, frame, nowMillis, chunks)
                    : endSkip(window, frame, nowMillis, chunks);
        }
        if (window.clip().sourceWidth() != frame.sourceWidth()
                || window.clip().sourceHeight() != frame.sourceHeight()) {
            return restart(window, frame, KeyframeReason.SIZE, nowMillis, chunks);
        }
        if (window.clip().position() >= spec.keyframeInterval()) {
            return restart(window, frame, KeyframeReason.INTERVAL, nowMillis, chunks);
        }
        return accept(window, frame, nowMillis, chunks);
    }

    /** A window whose unfinished chunk was taken: the next frame begins at another. */
    public record Finished(CameraWindow window, List<Chunk> chunks) {}

    /** What is unfinished, completed by repeating its last frame; what another model began, begun anew. */
    public Finished finish(CameraWindow window, String camera) {
        List<Chunk> chunks = new ArrayList<>();
        boolean ofThisModel = window.clip().model().equals(spec.model());
        CameraWindow current =
                ofThisModel || window.pending().isEmpty() ? window : beginWithNewModel(window, camera, chunks);
        tail(current, camera).ifPresent(chunks::add);
        return new Finished(afterTail(current), chunks);
    }

    /** The same for a camera that falls silent while frames are skipped; empty when none are. */
    public Optional<Finished> finishSkip(CameraWindow window, String camera) {
        return isSkipping(window) ? Optional.of(finish(window, camera)) : Optional.empty();
    }

    /** The unfinished chunk, completed by repeating its last frame; empty when nothing is pending. */
    private Optional<Chunk> tail(CameraWindow window, String camera) {
        return window.pending().isEmpty()
                ? Optional.empty()
                : Optional.of(chunk(camera, window.cursor().epoch(), window.clip(), window.pending()));
    }

    /** The window once its tail has been taken: the next frame begins at another chunk. */
    private static CameraWindow afterTail(CameraWindow window) {
        return window.pending().isEmpty()
                ? window
                : new CameraWindow(window.cursor(), window.clip().advanced(), List.of());
    }

    private WindowResult restart(
            CameraWindow window, CameraFrame frame, KeyframeReason reason, long nowMillis, List<Chunk> chunks) {
        tail(window, frame.camera()).ifPresent(chunks::add);
        Cursor cursor = window.cursor();
        boolean sameRun = reason == KeyframeReason.SIZE || reason == KeyframeReason.INTERVAL;
        CameraWindow begun;
        if (sameRun) {
            begun = new CameraWindow(cursor, clip(frame, reason, Optional.empty()), List.of());
        } else if (reason == KeyframeReason.GAP) {
            Optional<Chunk.Range> missing = Optional.of(new Chunk.Range(cursor.next(), frame.sequence() - 1));
            begun = begin(frame, reason, missing);
        } else {
            begun = begin(frame, reason, Optional.empty());
        }
        return accept(begun, frame, nowMillis, chunks);
    }

    /** While skipping, the newest frame waits at position 0: it becomes the keyframe unless a newer one comes. */
    private static boolean isSkipping(CameraWindow window) {
        return window.clip().position() == 0 && !window.pending().isEmpty();
    }

    private boolean tooOld(CameraWindow window, CameraFrame frame, long nowMillis) {
        long most = isSkipping(window) ? spec.freshnessMillis() / 2 : spec.freshnessMillis();
        return spec.freshnessMillis() > 0 && nowMillis - frame.sentAtMillis() > most;
    }

    private WindowResult skip(CameraWindow window, CameraFrame frame, long nowMillis, List<Chunk> chunks) {
        boolean already = isSkipping(window);
        if (!already) {
            tail(window, frame.camera()).ifPresent(chunks::add);
        }
        Optional<Chunk.Range> skipped = already ? Optional.of(skippedUpTo(window, frame)) : Optional.empty();
        long time = plausibleTime(window.cursor(), frame, nowMillis);
        PendingFrame newest = new PendingFrame(frame.sequence(), time, time != frame.capturedAtMicros(), frame.rgb());
        CameraWindow after = new CameraWindow(
                advance(window.cursor(), frame, nowMillis, time),
                clip(frame, KeyframeReason.SKIP, skipped),
                List.of(newest));
        return new WindowResult(after, FrameFate.ACCEPTED, already ? 1 : 0, chunks);
    }

    private WindowResult endSkip(CameraWindow window, CameraFrame frame, long nowMillis, List<Chunk> chunks) {
        Clip clip = clip(frame, KeyframeReason.SKIP, Optional.of(skippedUpTo(window, frame)));
        CameraWindow begun = new CameraWindow(window.cursor(), clip, List.of());
        WindowResult accepted = accept(begun, frame, nowMillis, chunks);
        return new WindowResult(accepted.window(), accepted.fate(), 1, chunks);
    }

    private static Chunk.Range skippedUpTo(CameraWindow window, CameraFrame frame) {
        long waiting = window.pending().get(0).sequence();
        return new Chunk.Range(window.clip().skipped().map(Chunk.Range::from).orElse(waiting), frame.sequence() - 1);
    }

    private CameraWindow begin(CameraFrame frame, KeyframeReason reason, Optional<Chunk.Range> skipped) {
        Cursor cursor = new Cursor(
                frame.epoch(), frame.sequence(), frame.sequence(), Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE, -1);
        return new CameraWindow(cursor, clip(frame, reason, skipped), List.of());
    }

    private Clip clip(CameraFrame frame, KeyframeReason reason, Optional<Chunk.Range> skipped) {
        return new Clip(spec.model(), frame.sequence(), 0, reason, skipped, frame.sourceWidth(), frame.sourceHeight());
    }

    /** The old encoder's unfinished chunk is begun anew as a clip of the new one: nothing is lost, nothing mixed. */
    private CameraWindow beginWithNewModel(CameraWindow window, String camera, List<Chunk> chunks) {
        Clip old = window.clip();
        long first = window.pending().isEmpty()
                ? window.cursor().next()
                : window.pending().get(0).sequence();
        boolean skipping = isSkipping(window);
        Clip clip = new Clip(
                spec.model(),
                first,
                0,
                skipping ? KeyframeReason.SKIP : KeyframeReason.MODEL,
                skipping ? old.skipped() : Optional.empty(),
                old.sourceWidth(),
                old.sourceHeight());
        CameraWindow begun = new CameraWindow(window.cursor(), clip, List.of());
        for (PendingFrame frame : window.pending()) {
            begun = append(begun, camera, frame, chunks);
        }
        return begun;
    }

    private WindowResult accept(CameraWindow window, CameraFrame frame, long nowMillis, List<Chunk> chunks) {
        long time = plausibleTime(window.cursor(), frame, nowMillis);
        Cursor cursor = advance(window.cursor(), frame, nowMillis, time);
        PendingFrame pending = new PendingFrame(frame.sequence(), time, time != frame.capturedAtMicros(), frame.rgb());
        CameraWindow counted = new CameraWindow(cursor, firstOf(window.clip(), frame), window.pending());
        CameraWindow after = append(counted, frame.camera(), pending, chunks);
        return new WindowResult(after, FrameFate.ACCEPTED, 0, chunks);
    }

    /** A clip begun before its first frame was known (a model change, then sampling) starts at that frame. */
    private static Clip firstOf(Clip clip, CameraFrame frame) {
        return clip.position() > 0 || clip.first() == frame.sequence()
                ? clip
                : new Clip(
                        clip.model(),
                        frame.sequence(),
                        0,
                        clip.reason(),
                        clip.skipped(),
                        frame.sourceWidth(),
                        frame.sourceHeight());
    }

    private CameraWindow append(CameraWindow window, String camera, PendingFrame frame, List<Chunk> chunks) {
        List<PendingFrame> pending = new ArrayList<>(window.pending());
        pending.add(frame);
        if (window.clip().position() > 0 && pending.size() < spec.chunkFrames()) {
            return new CameraWindow(window.cursor(), window.clip(), List.copyOf(pending));
        }
        chunks.add(chunk(camera, window.cursor().epoch(), window.clip(), pending));
        return new CameraWindow(window.cursor(), window.clip().advanced(), List.of());
    }

    private Chunk chunk(String camera, long epoch, Clip clip, List<PendingFrame> real) {
        PendingFrame first = real.get(0);
        PendingFrame last = real.get(real.size() - 1);
        Chunk.Span span = new Chunk.Span(
                first.sequence(),
                last.sequence(),
                real.size(),
                first.capturedAtMicros(),
                last.capturedAtMicros(),
                real.stream().anyMatch(PendingFrame::timeCorrected),
                clip.sourceWidth(),
                clip.sourceHeight());
        return new Chunk(
                camera,
                epoch,
                clip.first(),
                clip.position(),
                span,
                clip.position() == 0 ? Optional.of(clip.reason()) : Optional.empty(),
                clip.skipped(),
                pixels(real, clip.position() == 0));
    }

    /** At a keyframe T copies of its frame; else the frames, the last repeated up to T. */
    private byte[] pixels(List<PendingFrame> real, boolean keyframe) {
        int size = real.get(0).rgb().length;
        byte[] rgb = new byte[size * spec.chunkFrames()];
        for (int t = 0; t < spec.chunkFrames(); t++) {
            byte[] frame = real.get(keyframe ? 0 : Math.min(t, real.size() - 1)).rgb();
            if (frame.length != size) {
                throw new IllegalArgumentException("found frames of " + Arrays.asList(size, frame.length)
                        + " bytes in one chunk, expected one model size");
            }
            System.arraycopy(frame, 0, rgb, t * size, size);
        }
        return rgb;
    }

    private boolean sampledOut(Cursor cursor, CameraFrame frame, long nowMillis) {
        long interval = spec.sampleIntervalMicros();
        if (interval == 0 || cursor.lastTakenAtMicros() == Long.MIN_VALUE) {
            return false;
        }
        long time = plausibleTime(cursor, frame, nowMillis);
        return Math.floorDiv(time, interval) <= Math.floorDiv(cursor.lastTakenAtMicros(), interval);
    }

    /** The frame's own time unless it is not positive, over an hour ahead, or before the frame it follows. */
    private static long plausibleTime(Cursor cursor, CameraFrame frame, long nowMillis) {
        long time = frame.capturedAtMicros();
        long now = TimeUnit.MILLISECONDS.toMicros(nowMillis);
        boolean follows = cursor.lastCapturedAtMicros() != Long.MIN_VALUE;
        if (time > 0 && time <= now + FUTURE_MICROS && (!follows || time >= cursor.lastCapturedAtMicros())) {
            return time;
        }
        return follows ? cursor.lastCapturedAtMicros() + 1 : now;
    }

    private static Cursor advance(Cursor cursor, CameraFrame frame, long nowMillis, long takenAtMicros) {
        return new Cursor(
                cursor.epoch(),
                cursor.runStart(),
                frame.sequence() + 1,
                plausibleTime(cursor, frame, nowMillis),
                takenAtMicros,
                nowMillis,
                -1);
    }
}

package io.nolook.flink.model;

import io.nolook.record.ReceivedRecord;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import io.nolook.window.Chunk;
import io.nolook.window.FrameFate;
import io.nolook.window.KeyframeReason;
import io.nolook.window.WindowHistory;
import io.nolook.window.WindowReference;
import io.nolook.window.WindowSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A camera of a simulation: what it sends, what happened to it, and what its token frames must be.
 *
 * <p>What must be is said by {@link WindowReference} and {@link RememberingModel#tokens} alone.
 */
final class SimulatedCamera {

    /** Something that happened to the camera's window, and when. */
    record Happened(WindowHistory.Event event, long atMillis) {}

    final String name;
    final List<ReceivedRecord> log;
    final List<Happened> happened = new ArrayList<>();
    final Map<String, Long> counts = new TreeMap<>();
    int read;
    int savedRead;
    int deadLettered;
    private int savedDeadLettered;
    private int savedHappened;

    SimulatedCamera(String name, List<ReceivedRecord> log) {
        this.name = name;
        this.log = log;
    }

    void save() {
        savedRead = read;
        savedDeadLettered = deadLettered;
        savedHappened = happened.size();
    }

    /** Back to what was saved: what happened since has not. */
    void restore() {
        read = savedRead;
        deadLettered = savedDeadLettered;
        happened.subList(savedHappened, happened.size()).clear();
    }

    /** Whether a window of it is kept. */
    boolean known() {
        boolean known = false;
        for (Happened each : happened) {
            known = each.event() instanceof WindowHistory.Comes
                    || known && !(each.event() instanceof WindowHistory.Forget);
        }
        return known;
    }

    /**
     * The token frames that the rules ask for, as {@link #text}; fills the counts.
     *
     * @throws IllegalStateException when something happened that the rules forbid
     */
    List<String> expected(WindowSpec first) {
        List<String> expected = new ArrayList<>();
        List<byte[]> clip = new ArrayList<>();
        WindowReference reference = new WindowReference(first);
        WindowSpec spec = first;
        Optional<WindowReference.State> state = Optional.empty();
        long startedMillis = 0;
        for (Happened each : happened) {
            Optional<WindowReference.Told> told = Optional.empty();
            if (each.event() instanceof WindowHistory.Comes comes) {
                told = Optional.of(reference.step(comes.frame(), comes.nowMillis()));
            } else if (each.event() instanceof WindowHistory.Restart restart) {
                spec = restart.spec();
                reference.restartedWith(spec);
                startedMillis = each.atMillis();
            } else if (each.event() instanceof WindowHistory.Switch other) {
                spec = other.spec();
                reference.restartedWith(spec);
            } else if (each.event() instanceof WindowHistory.Ask) {
                told = state.isPresent() ? Optional.of(reference.ask()) : Optional.empty();
            } else if (each.event() instanceof WindowHistory.Finish) {
                told = Optional.of(reference.finish());
            } else {
                silent(each.atMillis()
                        - Math.max(startedMillis, state.orElseThrow().lastArrivalMillis()));
                if (each.event() instanceof WindowHistory.Silent) {
                    told = Optional.of(reference.silent());
                } else {
                    count("framesAbandoned", state.get().pending().size());
                    reference.forget();
                    state = Optional.empty();
                }
            }
            if (told.isPresent()) {
                state = Optional.of(told.get().state());
                count(told.get(), spec, clip, expected);
            }
        }
        count("pending", state.map(of -> of.pending().size()).orElse(0));
        return expected;
    }

    /** Time in which the job was down is no silence. */
    private void silent(long millis) {
        if (millis < SimulatedSettings.IDLE_MILLIS) {
            throw new IllegalStateException("found " + name + " silent after " + millis + " ms, expected "
                    + SimulatedSettings.IDLE_MILLIS + " ms of a job that listens");
        }
    }

    private void count(WindowReference.Told told, WindowSpec spec, List<byte[]> clip, List<String> expected) {
        told.fate().ifPresent(this::count);
        count("framesSkipped", told.skipped());
        count("framesAbandoned", told.abandoned());
        RememberingModel model = SimulatedSettings.MODELS.stream()
                .filter(of -> of.fileHash().equals(spec.madeWith().model()))
                .findAny()
                .orElseThrow();
        for (Chunk chunk : told.chunks()) {
            if (chunk.position() == 0) {
                clip.clear();
                count("keyframes", 1);
                KeyframeReason reason = chunk.keyframe().orElseThrow();
                count(reason.name(), 1);
                if (reason == KeyframeReason.GAP) {
                    chunk.skipped().ifPresent(range -> count("framesMissing", (int) (range.to() - range.from() + 1)));
                }
            }
            clip.add(chunk.rgb());
            expected.add(text(chunk, model.fileHash(), model.tokens(clip)));
            count("tokenFrames", 1);
            count("framesTokenized", chunk.span().frames());
        }
    }

    private void count(FrameFate fate) {
        count("frames" + fate.name().charAt(0) + fate.name().substring(1).toLowerCase(Locale.ROOT), 1);
    }

    private void count(String name, int frames) {
        counts.merge(name, (long) frames, Long::sum);
    }

    private static String text(Chunk chunk, String model, int[] tokens) {
        Chunk.Span span = chunk.span();
        return chunk.epoch() + "/" + chunk.clip() + "/" + chunk.position() + " of " + span.firstSequence() + ".."
                + span.lastSequence() + " (" + span.frames() + ") at " + span.firstCapturedAtMicros() + ".."
                + span.lastCapturedAtMicros() + (span.timeCorrected() ? " corrected " : " ") + span.sourceWidth()
                + "x" + span.sourceHeight() + " "
                + chunk.keyframe().map(Enum::name).orElse("-") + " without "
                + chunk.skipped().map(range -> range.from() + ".." + range.to()).orElse("none") + " by " + model
                + " " + Arrays.toString(tokens);
    }

    /** A token frame, in all that the frames and the rules decide. */
    static String text(TokenFrame frame) {
        return frame.getEpoch() + "/" + frame.getClip() + "/" + frame.getPosition() + " of "
                + frame.getFirstSequence() + ".." + frame.getLastSequence() + " (" + frame.getFrames() + ") at "
                + frame.getFirstCapturedAtMicros() + ".." + frame.getLastCapturedAtMicros()
                + (frame.getTimeCorrected() ? " corrected " : " ") + frame.getSourceWidth() + "x"
                + frame.getSourceHeight() + " "
                + (frame.getKeyframeReason() == null
                        ? "-"
                        : frame.getKeyframeReason().name()) + " without "
                + (frame.getSkippedFrom() == null ? "none" : frame.getSkippedFrom() + ".." + frame.getSkippedTo())
                + " by " + frame.getEncoderHash() + " " + Arrays.toString(TokenFrames.tokens(frame));
    }
}

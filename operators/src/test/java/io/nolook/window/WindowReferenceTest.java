package io.nolook.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.window.WindowReference.Told;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * {@link WindowAssembler} does what the rules say, by {@link WindowReference}: every step of random histories.
 *
 * <p>{@code -Dwindow.histories=1000000} runs as many, from {@code -Dwindow.seed=N} on; a failure prints the seed and the
 * shortest history found that still fails.
 */
class WindowReferenceTest {
    private static final long SEED = Long.getLong("window.seed", 1);
    private static final int HISTORIES = Integer.getInteger("window.histories", 20_000);
    /** Below so many histories not every keyframe reason need come up. */
    private static final int ENOUGH = 1000;

    private final Map<KeyframeReason, Integer> reasons = new EnumMap<>(KeyframeReason.class);

    @Test
    void everyStepIsThatOfTheRules() {
        for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
            WindowHistory history = WindowHistory.of(seed);
            if (difference(history).isPresent()) {
                throw new AssertionError(
                        "reproduce with -Dwindow.seed=" + seed + " -Dwindow.histories=1: " + text(shrunk(history)));
            }
        }
        if (HISTORIES >= ENOUGH) {
            assertThat(reasons).hasSize(KeyframeReason.values().length);
            assertThat(reasons.values()).allSatisfy(times -> assertThat(times).isGreaterThan(HISTORIES / 100));
        }
    }

    /** Where the two differ first, in words. */
    private Optional<String> difference(WindowHistory history) {
        Both both = new Both(history.spec());
        for (int i = 0; i < history.events().size(); i++) {
            Optional<String> difference = both.step(history.events().get(i));
            if (difference.isPresent()) {
                return Optional.of("at event " + i + " " + difference.get());
            }
        }
        return Optional.empty();
    }

    /** The assembler and the rules, side by side. */
    private final class Both {
        private final WindowReference reference;
        private WindowAssembler assembler;
        private Optional<CameraWindow> window = Optional.empty();

        Both(WindowSpec spec) {
            reference = new WindowReference(spec);
            assembler = new WindowAssembler(spec);
        }

        Optional<String> step(WindowHistory.Event event) {
            if (event instanceof WindowHistory.Comes comes) {
                WindowResult result = assembler.step(window, comes.frame(), comes.nowMillis());
                window = Optional.of(result.window());
                count(result.chunks());
                return compare(
                        new Told(
                                Optional.of(result.fate()),
                                result.skipped(),
                                result.abandoned(),
                                result.chunks(),
                                state(result.window())),
                        reference.step(comes.frame(), comes.nowMillis()));
            } else if (event instanceof WindowHistory.Restart restart) {
                assembler = new WindowAssembler(restart.spec());
                reference.restartedWith(restart.spec());
                window = window.map(before -> CameraWindowCodec.decode(CameraWindowCodec.encode(before)));
            } else if (event instanceof WindowHistory.Switch other) {
                assembler = new WindowAssembler(other.spec());
                reference.restartedWith(other.spec());
            } else if (event instanceof WindowHistory.Forget) {
                Optional<String> takenBack = compare(reference.told(), reference.chunks());
                window = Optional.empty();
                reference.forget();
                return takenBack;
            } else if (event instanceof WindowHistory.Ask && window.isPresent()) {
                WindowAssembler.Finished asked = assembler.beginClip(window.get(), CameraRun.CAMERA);
                window = Optional.of(asked.window());
                return compare(
                        new Told(Optional.empty(), 0, asked.abandoned(), asked.chunks(), state(asked.window())),
                        reference.ask());
            } else if (window.isPresent()) {
                boolean ends = event instanceof WindowHistory.Finish;
                WindowAssembler.Finished nothing = new WindowAssembler.Finished(window.get(), 0, List.of());
                WindowAssembler.Finished finished = ends
                        ? assembler.finish(window.get(), CameraRun.CAMERA)
                        : assembler.finishSkip(window.get(), CameraRun.CAMERA).orElse(nothing);
                window = Optional.of(finished.window());
                return compare(
                        new Told(
                                Optional.empty(), 0, finished.abandoned(), finished.chunks(), state(finished.window())),
                        ends ? reference.finish() : reference.silent());
            }
            return Optional.empty();
        }
    }

    private static Optional<String> compare(Told found, Told expected) {
        Optional<String> chunks = compare(found.chunks(), expected.chunks());
        boolean same = found.fate().equals(expected.fate())
                && found.skipped() == expected.skipped()
                && found.abandoned() == expected.abandoned()
                && found.state().equals(expected.state());
        return same ? chunks : Optional.of("found " + found + "\nexpected " + expected);
    }

    private static Optional<String> compare(List<Chunk> found, List<Chunk> expected) {
        List<String> these = found.stream().map(CameraRun::text).toList();
        List<String> those = expected.stream().map(CameraRun::text).toList();
        return these.equals(those) ? Optional.empty() : Optional.of("found " + these + "\nexpected " + those);
    }

    private void count(List<Chunk> chunks) {
        chunks.forEach(chunk -> chunk.keyframe().ifPresent(reason -> reasons.merge(reason, 1, Integer::sum)));
    }

    /** What of a window's state the rules speak of. */
    private static WindowReference.State state(CameraWindow window) {
        CameraWindow.Cursor cursor = window.cursor();
        return new WindowReference.State(
                cursor.epoch(),
                cursor.runStart(),
                cursor.next(),
                cursor.lastArrivalMillis(),
                window.clip().position(),
                window.pending().stream()
                        .map(frame -> frame.sequence() + "/" + frame.capturedAtMicros() + "/" + frame.timeCorrected())
                        .toList());
    }

    /** The history without the events that the difference does not need, as far as leaving out one at a time goes. */
    private WindowHistory shrunk(WindowHistory history) {
        WindowHistory shortest = history;
        for (int i = history.events().size() - 1; i >= 0; i--) {
            List<WindowHistory.Event> fewer = new ArrayList<>(shortest.events());
            fewer.remove(i);
            WindowHistory shorter = new WindowHistory(history.spec(), fewer);
            if (difference(shorter).isPresent()) {
                shortest = shorter;
            }
        }
        return shortest;
    }

    private String text(WindowHistory history) {
        StringBuilder text = new StringBuilder(history.spec().toString());
        history.events().forEach(event -> text.append("\n  ").append(event));
        return text.append("\n").append(difference(history).orElseThrow()).toString();
    }
}

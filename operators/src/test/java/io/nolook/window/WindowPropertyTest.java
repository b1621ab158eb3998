package io.nolook.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/** What holds for any stream of frames, whatever a camera does. */
class WindowPropertyTest {
    private static final int INTERVAL = 4;

    /** What a camera does next. */
    private enum Kind {
        NEXT,
        LOSE,
        REPEAT,
        NEW_EPOCH,
        LOWER_EPOCH,
        OTHER_SIZE,
        OTHER_MODEL
    }

    /** @param micros from the last capture time, @param millis from the last arrival */
    private record Move(Kind kind, int by, long micros, int millis) {}

    /** A stream, and how it is sampled. */
    private record Stream(List<Move> moves, long sampleIntervalMicros) {}

    @Provide
    Arbitrary<Stream> streams() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(30, Kind.NEXT),
                Tuple.of(2, Kind.LOSE),
                Tuple.of(2, Kind.REPEAT),
                Tuple.of(1, Kind.NEW_EPOCH),
                Tuple.of(1, Kind.LOWER_EPOCH),
                Tuple.of(1, Kind.OTHER_SIZE),
                Tuple.of(1, Kind.OTHER_MODEL));
        Arbitrary<Long> micros = Arbitraries.frequency(
                Tuple.of(20, 33_333L),
                Tuple.of(5, 70_000L),
                Tuple.of(1, 0L),
                Tuple.of(1, -400_000L),
                Tuple.of(1, 1L << 60));
        Arbitrary<Move> moves = Combinators.combine(
                        kinds,
                        Arbitraries.integers().between(1, 9),
                        micros,
                        Arbitraries.integers().between(0, 200))
                .as(Move::new);
        return Combinators.combine(moves.list().ofMinSize(1).ofMaxSize(120), Arbitraries.of(0L, 0L, 100_000L))
                .as(Stream::new);
    }

    @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE)
    void everyAcceptedFrameIsInOneChunkOrPendingAndNoOtherIs(@ForAll("streams") Stream stream) {
        CameraRun run = run(stream, Set.of());

        List<String> accepted = new ArrayList<>();
        for (int i = 0; i < run.frames.size(); i++) {
            if (run.fates.get(i) == FrameFate.ACCEPTED) {
                accepted.add(hex(run.frames.get(i).rgb(), 0));
            }
        }
        List<String> real = new ArrayList<>();
        for (Chunk chunk : run.chunks) {
            int frames = chunk.span().frames();
            assertThat(frames).isBetween(1, CameraRun.T);
            for (int t = 0; t < CameraRun.T; t++) {
                if (t < frames) {
                    real.add(hex(chunk.rgb(), t));
                } else {
                    assertThat(hex(chunk.rgb(), t)).as("padding").isEqualTo(hex(chunk.rgb(), frames - 1));
                }
            }
        }
        CameraWindow last = run.window.orElseThrow();
        assertThat(last.pending().size()).isLessThan(CameraRun.T);
        last.pending().forEach(frame -> real.add(hex(frame.rgb(), 0)));
        assertThat(run.fates).hasSameSizeAs(run.frames).doesNotContainNull();
        assertThat(real).isEqualTo(accepted);
    }

    @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE)
    @StatisticsReport(label = "keyframes", value = StatisticsReport.StatisticsReportMode.OFF)
    void positionsRiseByOneFromEachKeyframeAndNameEachChunkOnce(@ForAll("streams") Stream stream) {
        CameraRun run = run(stream, Set.of()).end();

        Set<String> names = new HashSet<>();
        Chunk before = null;
        for (Chunk chunk : run.chunks) {
            assertThat(names.add(chunk.epoch() + "/" + chunk.clip() + "/" + chunk.position()))
                    .as("seen once: %s", CameraRun.text(chunk))
                    .isTrue();
            assertThat(chunk.keyframe().isPresent()).isEqualTo(chunk.position() == 0);
            assertThat(chunk.position()).isLessThan(INTERVAL);
            chunk.keyframe().ifPresent(reason -> seen(reason));
            assertThat(chunk.skipped().isPresent()).isEqualTo(chunk.keyframe().equals(Optional.of(KeyframeReason.GAP)));
            if (chunk.position() == 0) {
                assertThat(chunk.span().frames()).isEqualTo(1);
                assertThat(chunk.clip()).isEqualTo(chunk.span().firstSequence());
            } else {
                assertThat(chunk.position()).isEqualTo(before.position() + 1);
                assertThat(chunk.clip()).isEqualTo(before.clip());
                assertThat(chunk.epoch()).isEqualTo(before.epoch());
                assertThat(chunk.span().firstCapturedAtMicros())
                        .isGreaterThanOrEqualTo(before.span().lastCapturedAtMicros());
            }
            assertThat(chunk.span().lastCapturedAtMicros())
                    .isGreaterThanOrEqualTo(chunk.span().firstCapturedAtMicros());
            before = chunk;
        }
        assertThat(run.chunk(0).keyframe()).contains(KeyframeReason.FIRST_FRAME);
    }

    @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE)
    void everySequenceNumberOfAnEpochIsSeenOrToldAsSkipped(@ForAll("streams") Stream stream) {
        CameraRun run = run(stream, Set.of());

        Map<Long, TreeMap<Long, Long>> told = new HashMap<>();
        for (int i = 0; i < run.frames.size(); i++) {
            FrameFate fate = run.fates.get(i);
            CameraFrame frame = run.frames.get(i);
            if (fate == FrameFate.ACCEPTED || fate == FrameFate.SAMPLED) {
                tell(told, frame.epoch(), frame.sequence(), frame.sequence());
            }
        }
        for (Chunk chunk : run.chunks) {
            chunk.skipped().ifPresent(range -> tell(told, chunk.epoch(), range.from(), range.to()));
        }
        told.forEach((epoch, ranges) -> {
            long next = ranges.firstKey();
            for (Map.Entry<Long, Long> range : ranges.entrySet()) {
                assertThat(range.getKey()).as("epoch %d: %s", epoch, ranges).isEqualTo(next);
                next = range.getValue() + 1;
            }
        });
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void aRestartAtAnyPointGivesTheSameChunks(@ForAll("streams") Stream stream, @ForAll long seed) {
        Random random = new Random(seed);
        Set<Integer> restarts = new HashSet<>();
        for (int i = 0; i < stream.moves().size(); i++) {
            if (random.nextInt(3) == 0) {
                restarts.add(i);
            }
        }

        CameraRun undisturbed = run(stream, Set.of()).end();
        CameraRun restarted = run(stream, restarts).end();

        assertThat(restarted.texts()).isEqualTo(undisturbed.texts());
        assertThat(restarted.fates).isEqualTo(undisturbed.fates);
        assertThat(CameraWindowCodec.encode(restarted.window.orElseThrow()))
                .isEqualTo(CameraWindowCodec.encode(undisturbed.window.orElseThrow()));
    }

    /** Streams that never met one of the reasons would prove nothing of it. */
    private static void seen(KeyframeReason reason) {
        Statistics.label("keyframes").collect(reason).coverage(coverage -> {
            for (KeyframeReason each : KeyframeReason.values()) {
                if (each != KeyframeReason.REQUEST && each != KeyframeReason.SKIP) {
                    coverage.check(each).count(count -> count > 100);
                }
            }
        });
    }

    /** Sends what a stream says; before the frames in {@code restarts} the state goes through its bytes. */
    private static CameraRun run(Stream stream, Set<Integer> restarts) {
        CameraRun run = new CameraRun(spec("model-0", stream));
        long epoch = 1000;
        long highest = epoch;
        long lowest = epoch;
        long next = 0;
        long time = CameraRun.START_MICROS;
        int width = 64;
        int models = 0;
        for (int i = 0; i < stream.moves().size(); i++) {
            Move move = stream.moves().get(i);
            run.nowMillis += move.millis();
            run.between(
                    restarts.contains(i)
                            ? window -> CameraWindowCodec.decode(CameraWindowCodec.encode(window))
                            : window -> window);
            switch (move.kind()) {
                case LOSE -> next += move.by();
                case NEW_EPOCH -> {
                    epoch = ++highest;
                    next = move.by();
                }
                case LOWER_EPOCH -> {
                    epoch = --lowest;
                    next = 0;
                }
                case OTHER_SIZE -> width++;
                case OTHER_MODEL -> run.restartedWith(spec("model-" + ++models, stream));
                default -> {
                    // the next frame, or one again
                }
            }
            long sequence = move.kind() == Kind.REPEAT ? Math.max(0, next - move.by()) : next++;
            long captured = time + move.micros();
            time = move.micros() > 1_000_000 ? time : captured;
            run.frame(CameraRun.frame(epoch, sequence, captured, width));
        }
        return run;
    }

    private static WindowSpec spec(String model, Stream stream) {
        return new WindowSpec(model, CameraRun.T, 2, INTERVAL, stream.sampleIntervalMicros(), 500);
    }

    private static void tell(Map<Long, TreeMap<Long, Long>> told, long epoch, long from, long to) {
        assertThat(told.computeIfAbsent(epoch, any -> new TreeMap<>()).put(from, to))
                .as("told twice: %d of epoch %d", from, epoch)
                .isNull();
    }

    private static String hex(byte[] rgb, int t) {
        return rgb[3 * t] + "," + rgb[3 * t + 1] + "," + rgb[3 * t + 2];
    }
}

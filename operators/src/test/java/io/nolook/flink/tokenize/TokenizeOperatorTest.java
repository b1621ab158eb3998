package io.nolook.flink.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.model.ModelOperatorFactory;
import io.nolook.flink.stream.PassingTime;
import io.nolook.flink.type.CodecSerializer;
import io.nolook.flink.type.OutgoingTokensCodec;
import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameSize;
import io.nolook.model.Activations;
import io.nolook.model.ModelStep;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFixtures;
import io.nolook.record.OutgoingTokens;
import io.nolook.record.TokenFrames;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.TokenFrame;
import io.nolook.window.CameraFrame;
import io.nolook.window.CameraWindow;
import io.nolook.window.Carried;
import io.nolook.window.Chunk;
import io.nolook.window.WindowAssembler;
import io.nolook.window.WindowResult;
import io.nolook.window.WindowSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator on a harness, with the tiny model: order, snapshots, eviction, tails, silence. */
public class TokenizeOperatorTest {
    private static final FrameSize SIZE = new FrameSize(16, 16);
    private static final int MAX_PARALLELISM = 128;

    @Test
    void tokensAreThoseOfEachCameraAlone() throws Exception {
        List<CameraFrame> frames = interleaved(5, 30);
        try (var harness = harness(new Configuration())) {
            harness.open();
            push(harness, frames);
            harness.endInput();
            assertSame(output(harness), offline(frames));
        }
    }

    @Test
    void evictionOfAllActivationsChangesNothing() throws Exception {
        List<CameraFrame> frames = interleaved(3, 60);
        Configuration options = new Configuration();
        options.set(InferenceOptions.ACTIVATIONS_MAX_BYTES, MemorySize.ZERO);
        try (var harness = harness(options)) {
            harness.open();
            push(harness, frames);
            harness.endInput();
            assertSame(output(harness), offline(frames));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap", "rocksdb"})
    void restoredInMidClipGoesOnWithTheSameTokens(String backend) throws Exception {
        List<CameraFrame> frames = interleaved(4, 70);
        int cut = 4 * 45 + 2;
        List<TokenFrame> found = new ArrayList<>();
        OperatorSubtaskState snapshot;
        try (var harness = harness(new Configuration(), backend(backend), 1, 0)) {
            harness.open();
            push(harness, frames.subList(0, cut));
            harness.prepareSnapshotPreBarrier(1);
            snapshot = harness.snapshot(1, 1);
            found.addAll(output(harness));
            assertThat(found).as("drained before the barrier").hasSizeGreaterThan(4 * 11);
        }
        try (var harness = harness(new Configuration(), backend(backend), 1, 0)) {
            harness.initializeState(snapshot);
            harness.open();
            push(harness, frames.subList(cut, frames.size()));
            harness.endInput();
            found.addAll(output(harness));
        }
        assertSame(found, offline(frames));
    }

    @Test
    void rescaledStateGoesOnWithTheSameTokens() throws Exception {
        List<CameraFrame> frames = interleaved(8, 50);
        int cut = 8 * 30;
        List<TokenFrame> found = new ArrayList<>();
        OperatorSubtaskState snapshot;
        try (var harness = harness(new Configuration())) {
            harness.open();
            push(harness, frames.subList(0, cut));
            harness.prepareSnapshotPreBarrier(1);
            snapshot = harness.snapshot(1, 1);
            found.addAll(output(harness));
        }
        for (int subtask = 0; subtask < 2; subtask++) {
            OperatorSubtaskState mine = AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    snapshot, MAX_PARALLELISM, 1, 2, subtask);
            int half = subtask;
            try (var harness = harness(new Configuration(), backend("heap"), 2, subtask)) {
                harness.initializeState(mine);
                harness.open();
                push(
                        harness,
                        frames.subList(cut, frames.size()).stream()
                                .filter(frame -> subtaskOf(frame.camera(), 2) == half)
                                .toList());
                harness.endInput();
                found.addAll(output(harness));
            }
        }
        assertSame(found, offline(frames));
    }

    @Test
    void gapIsToldAndTheTailCompleted() throws Exception {
        try (var harness = harness(new Configuration())) {
            harness.open();
            push(harness, List.of(frame("a", 0), frame("a", 1), frame("a", 2), frame("a", 9), frame("a", 2)));
            harness.endInput();
            List<TokenFrame> found = output(harness);
            assertThat(found).hasSize(3);
            assertThat(found.get(1).getFrames()).isEqualTo(2);
            assertThat(found.get(1).getLastSequence()).isEqualTo(2);
            assertThat(found.get(2).getKeyframeReason()).isEqualTo(KeyframeReason.GAP);
            assertThat(found.get(2).getSkippedFrom()).isEqualTo(3);
            assertThat(found.get(2).getSkippedTo()).isEqualTo(8);
        }
    }

    @Test
    void waitsForAFullerBatchNoLongerThanTheDelay() throws Exception {
        Configuration options = new Configuration();
        options.setString("batch.max-delay", "50 ms");
        try (var harness = harness(options)) {
            harness.open();
            harness.setProcessingTime(1000);
            push(harness, List.of(frame("a", 0)));
            harness.setProcessingTime(1049);
            assertThat(output(harness)).isEmpty();
            harness.setProcessingTime(1050);
            awaitOutput(harness, 1);
        }
    }

    @Test
    void silentCameraLosesItsState() throws Exception {
        Configuration options = new Configuration();
        options.setString("camera.idle-ttl", "10 s");
        options.setString("epoch.reset-after", "1 s");
        try (var harness = harness(options)) {
            harness.open();
            harness.setProcessingTime(0);
            push(harness, List.of(frame("a", 0), frame("a", 1)));
            harness.setProcessingTime(5_000);
            push(harness, List.of(frame("b", 0)));
            harness.prepareSnapshotPreBarrier(1);
            assertThat(harness.numKeyedStateEntries()).isGreaterThan(2);
            harness.setProcessingTime(10_000);
            PassingTime.to(harness, 40_000);
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(harness.numProcessingTimeTimers()).isZero();
            push(harness, List.of(frame("a", 2)));
            harness.prepareSnapshotPreBarrier(2);
            List<TokenFrame> found = output(harness);
            assertThat(found.get(found.size() - 1).getKeyframeReason()).isEqualTo(KeyframeReason.FIRST_FRAME);
        }
    }

    @Test
    void staleFramesAreSkippedAndToldEvenWhenTheCameraThenFallsSilent() throws Exception {
        Configuration options = new Configuration();
        options.setString("overload", "skip");
        options.setString("overload.freshness", "1 s");
        options.setString("camera.idle-ttl", "10 s");
        options.setString("epoch.reset-after", "1 s");
        try (var harness = harness(options)) {
            harness.open();
            harness.setProcessingTime(100_000);
            for (int i = 0; i < 7; i++) {
                harness.processElement(sent(i, 100_000), 0);
            }
            for (int i = 7; i < 12; i++) {
                harness.processElement(sent(i, 98_000), 0);
            }
            harness.processElement(sent(12, 99_600), 0); // within half of the freshness: goes on from here
            harness.processElement(sent(13, 90_000), 0);
            harness.processElement(sent(14, 90_000), 0);
            harness.setProcessingTime(110_000);
            PassingTime.to(harness, 120_000);
            harness.prepareSnapshotPreBarrier(1);
            List<TokenFrame> found = output(harness);
            assertThat(found.stream().map(TokenFrame::getFrames).toList()).containsExactly(1, 4, 2, 1, 1);
            TokenFrame skip = found.get(3);
            assertThat(skip.getKeyframeReason()).isEqualTo(KeyframeReason.SKIP);
            assertThat(skip.getClip()).isEqualTo(12);
            assertThat(skip.getSkippedFrom()).isEqualTo(7);
            assertThat(skip.getSkippedTo()).isEqualTo(11);
            TokenFrame silent = found.get(4);
            assertThat(silent.getClip()).isEqualTo(14);
            assertThat(silent.getSkippedFrom()).isEqualTo(13);
            PassingTime.to(harness, 140_000);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    private static CameraFrame sent(long sequence, long sentAtMillis) {
        CameraFrame frame = frame("a", sequence);
        return new CameraFrame(
                "a",
                frame.epoch(),
                sequence,
                frame.capturedAtMicros(),
                frame.sourceWidth(),
                frame.sourceHeight(),
                frame.rgb(),
                sentAtMillis,
                Carried.NOTHING);
    }

    @Test
    void stateStaysWithinItsBound() throws Exception {
        try (var harness = harness(new Configuration());
                VideoTokenizer tokenizer = ModelFixtures.tokenizer(SIZE, 1)) {
            harness.open();
            push(harness, interleaved(1, 200));
            harness.prepareSnapshotPreBarrier(1);
            long bytes = harness.snapshot(1, 1).getStateSize();
            long window = (long) tokenizer.spec().history() * 4 * SIZE.rgbBytes();
            assertThat(bytes).isGreaterThan(window).isLessThan(window + 3L * SIZE.rgbBytes() + 64 * 1024);
        }
    }

    static void awaitOutput(
            KeyedOneInputStreamOperatorTestHarness<String, CameraFrame, OutgoingTokens> harness, int count)
            throws Exception {
        long until = System.nanoTime() + 10_000_000_000L;
        while (output(harness).size() < count && System.nanoTime() < until) {
            harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY).ifPresent(mail -> {
                try {
                    mail.run();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        assertThat(output(harness)).hasSize(count);
    }

    static List<TokenFrame> output(
            KeyedOneInputStreamOperatorTestHarness<String, CameraFrame, OutgoingTokens> harness) {
        return harness.extractOutputValues().stream().map(OutgoingTokens::frame).toList();
    }

    static void push(
            KeyedOneInputStreamOperatorTestHarness<String, CameraFrame, OutgoingTokens> harness,
            List<CameraFrame> frames)
            throws Exception {
        for (CameraFrame frame : frames) {
            harness.processElement(frame, 0);
        }
    }

    public static StateBackend backend(String name) {
        return name.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend(true);
    }

    static KeyedOneInputStreamOperatorTestHarness<String, CameraFrame, OutgoingTokens> harness(Configuration options)
            throws Exception {
        return harness(options, backend("heap"), 1, 0);
    }

    static KeyedOneInputStreamOperatorTestHarness<String, CameraFrame, OutgoingTokens> harness(
            Configuration options, StateBackend backend, int parallelism, int subtask) throws Exception {
        options.set(TokenizeOptions.FRAME_SIZE, SIZE.toString());
        options.set(InferenceOptions.BATCH_SIZE, 4);
        TokenizeSettings settings = TokenizeSettings.of(options);
        var harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new ModelOperatorFactory<>(new TokenizeRules(settings), new TinyLoader(), settings.inference()),
                CameraFrame::camera,
                Types.STRING,
                MAX_PARALLELISM,
                parallelism,
                subtask);
        harness.setStateBackend(backend);
        harness.setup(new CodecSerializer<>(new OutgoingTokensCodec()));
        return harness;
    }

    private static int subtaskOf(String camera, int parallelism) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(camera, MAX_PARALLELISM, parallelism);
    }

    /** The tiny model, shared like the real one. */
    static final class TinyLoader implements ModelLoader<VideoTokenizer> {
        private static final long serialVersionUID = 1;

        @Override
        public String key() {
            return "tiny";
        }

        @Override
        public VideoTokenizer open() {
            return ModelFixtures.tokenizer(SIZE, 4);
        }
    }

    public static List<CameraFrame> interleaved(int cameras, int frames) {
        List<CameraFrame> all = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            for (int camera = 0; camera < cameras; camera++) {
                all.add(frame("camera-" + camera, i));
            }
        }
        return all;
    }

    static CameraFrame frame(String camera, long sequence) {
        byte[] rgb = new byte[SIZE.rgbBytes()];
        new Random(camera.hashCode() * 31L + sequence).nextBytes(rgb);
        return new CameraFrame(camera, 1, sequence, 1 + sequence * 40_000, 16, 16, rgb);
    }

    /** The reference: each camera by itself, one chunk at a time, nothing of Flink. */
    public static List<TokenFrame> offline(List<CameraFrame> frames) {
        List<TokenFrame> tokens = new ArrayList<>();
        try (VideoTokenizer tokenizer = ModelFixtures.tokenizer(SIZE, 1)) {
            for (String camera :
                    frames.stream().map(CameraFrame::camera).distinct().toList()) {
                WindowAssembler assembler = new WindowAssembler(
                        new WindowSpec(tokenizer.fileHash(), 4, tokenizer.spec().history(), 60, 0, 60_000));
                Activations activations = tokenizer.newActivations();
                List<Chunk> chunks = new ArrayList<>();
                Optional<CameraWindow> window = Optional.empty();
                for (CameraFrame frame : frames) {
                    if (frame.camera().equals(camera)) {
                        WindowResult result = assembler.step(window, frame, 0);
                        chunks.addAll(result.chunks());
                        window = Optional.of(result.window());
                    }
                }
                chunks.addAll(assembler.finish(window.orElseThrow(), camera).chunks());
                for (Chunk chunk : chunks) {
                    ModelStep.Start start = chunk.position() == 0 ? ModelStep.Start.ZEROS : ModelStep.Start.CURRENT;
                    int[] found = tokenizer
                            .run(List.of(new ModelStep<>(chunk.rgb(), List.of(), start, chunk.position(), activations)))
                            .get(0);
                    tokens.add(TokenFrames.of(chunk, found, tokenizer, FrameFit.CROP));
                }
            }
        }
        return tokens;
    }

    /** The same records of each camera in the same order; between cameras any order. */
    static void assertSame(List<TokenFrame> found, List<TokenFrame> expected) {
        Comparator<TokenFrame> byCamera = Comparator.comparing(TokenFrame::getCamera);
        assertThat(found.stream().sorted(byCamera).toList())
                .isEqualTo(expected.stream().sorted(byCamera).toList());
    }
}

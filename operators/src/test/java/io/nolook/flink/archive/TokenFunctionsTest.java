package io.nolook.flink.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.archive.PayloadCodec;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.flink.sequence.SequenceFunction;
import io.nolook.flink.sequence.SequenceOptions;
import io.nolook.flink.sequence.SequenceSettings;
import io.nolook.flink.stream.PassingTime;
import io.nolook.flink.tokenize.TokenizeOperatorTest;
import io.nolook.flink.type.CodecSerializer;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.flink.type.ValueCodec;
import io.nolook.record.ArchiveSegments;
import io.nolook.record.ArchiveSegmentsTest;
import io.nolook.record.TokenFrames;
import io.nolook.record.TokenSequences;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.TokenFrame;
import io.nolook.schema.TokenSequence;
import io.nolook.sequence.SequenceReader;
import io.nolook.sequence.SequenceRun;
import io.nolook.sequence.SequenceSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archiving and sequences under order, lateness, silence, restore and the end of the input; state is empty after. */
class TokenFunctionsTest {
    private static final List<TokenFrame> FRAMES = frames();

    /** Two cameras by turns, four clips of five each. */
    private static List<TokenFrame> frames() {
        SplittableRandom random = new SplittableRandom(1);
        List<TokenFrame> frames = new ArrayList<>();
        for (long clip = 0; clip < 80; clip += 20) {
            for (int position = 0; position < 5; position++) {
                for (String camera : List.of("a", "b")) {
                    frames.add(ArchiveSegmentsTest.frame(camera, 7, clip, position, random));
                }
            }
        }
        return frames;
    }

    @ParameterizedTest
    @CsvSource({"heap", "rocksdb"})
    void segmentsSurviveARestore(String backend) throws Exception {
        List<ArchiveSegment> found = new ArrayList<>();
        OperatorSubtaskState state;
        try (var harness = archive(backend)) {
            harness.open();
            push(harness, FRAMES.subList(0, 27));
            state = harness.snapshot(1, 1);
            found.addAll(harness.extractOutputValues());
            push(harness, FRAMES.subList(27, 33)); // lost with the task
        }
        try (var harness = archive(backend)) {
            harness.initializeState(state);
            harness.open();
            push(harness, FRAMES.subList(27, FRAMES.size()));
            harness.processWatermark(Watermark.MAX_WATERMARK);
            found.addAll(harness.extractOutputValues());
            assertEmpty(harness);
        }
        assertThat(byCamera(decoded(found))).isEqualTo(byCamera(FRAMES));
        assertThat(found).extracting(ArchiveSegment::getEnd).containsOnly("KEYFRAME", "END_OF_INPUT");
        assertThat(found).hasSize(8);
    }

    @Test
    void lateTokenFramesAreDroppedAndSilenceEndsASegment() throws Exception {
        try (var harness = archive("heap")) {
            harness.open();
            harness.setProcessingTime(1_000);
            push(harness, FRAMES.subList(0, 20));
            push(harness, FRAMES.subList(4, 12));
            PassingTime.to(harness, 60_000);
            push(harness, FRAMES.subList(20, 22));
            harness.setProcessingTime(61_500);
            assertThat(harness.extractOutputValues()).hasSize(4);
            PassingTime.to(harness, 120_001);
            List<ArchiveSegment> found = harness.extractOutputValues();
            assertThat(byCamera(decoded(found))).isEqualTo(byCamera(FRAMES.subList(0, 22)));
            assertThat(found.subList(4, 6)).extracting(ArchiveSegment::getEnd).containsOnly("SILENCE");
            assertEmpty(harness);
            push(harness, FRAMES.subList(22, 24));
            harness.processWatermark(Watermark.MAX_WATERMARK);
            assertThat(byCamera(decoded(harness.extractOutputValues()))).isEqualTo(byCamera(FRAMES.subList(0, 24)));
            assertEmpty(harness);
        }
    }

    @ParameterizedTest
    @CsvSource({"heap", "rocksdb"})
    void sequencesSurviveARestore(String backend) throws Exception {
        List<TokenSequence> found = new ArrayList<>();
        OperatorSubtaskState state;
        try (var harness = sequence(backend)) {
            harness.open();
            push(harness, FRAMES.subList(0, 27));
            state = harness.snapshot(1, 1);
            found.addAll(harness.extractOutputValues());
        }
        try (var harness = sequence(backend)) {
            harness.initializeState(state);
            harness.open();
            push(harness, FRAMES.subList(20, FRAMES.size()));
            harness.processWatermark(Watermark.MAX_WATERMARK);
            found.addAll(harness.extractOutputValues());
            assertEmpty(harness);
        }
        assertSequences(found, FRAMES);
    }

    /** Restored with other options: the open run ends as it was begun, and all that follows is of the new kind. */
    @Test
    void sequencesCutOtherwiseBeginAnew() throws Exception {
        List<TokenSequence> found = new ArrayList<>();
        OperatorSubtaskState state;
        try (var harness = sequence("heap")) {
            harness.open();
            push(harness, FRAMES.subList(0, 27));
            state = harness.snapshot(1, 1);
            found.addAll(harness.extractOutputValues());
        }
        Configuration other = new Configuration();
        other.set(SequenceOptions.CONTEXT_LENGTH, 64);
        other.set(SequenceOptions.OVERLAP, 0);
        other.set(SequenceOptions.TAIL, SequenceSpec.Tail.PADDED);
        try (var harness = sequence("heap", other)) {
            harness.initializeState(state);
            harness.open();
            push(harness, FRAMES.subList(27, FRAMES.size()));
            harness.processWatermark(Watermark.MAX_WATERMARK);
            found.addAll(harness.extractOutputValues());
            assertEmpty(harness);
        }
        assertSequences(found, FRAMES);
        assertThat(found.subList(found.size() - 4, found.size()))
                .extracting(TokenSequence::getPlaces)
                .containsOnly(64);
    }

    /** Restored with smaller segments and another code: both hold from the next token frame. */
    @Test
    void segmentsCutOtherwiseGoOn() throws Exception {
        OperatorSubtaskState state;
        List<ArchiveSegment> found = new ArrayList<>();
        try (var harness = archive("heap")) {
            harness.open();
            push(harness, FRAMES.subList(0, 26));
            state = harness.snapshot(1, 1);
            found.addAll(harness.extractOutputValues());
        }
        Configuration other = new Configuration();
        other.set(ArchiveOptions.SEGMENT_MAX_TOKEN_FRAMES, 2);
        other.set(ArchiveOptions.CODEC, PayloadCodec.PACKED);
        try (var harness = archive("heap", other)) {
            harness.initializeState(state);
            harness.open();
            push(harness, FRAMES.subList(26, FRAMES.size()));
            harness.processWatermark(Watermark.MAX_WATERMARK);
            assertThat(harness.extractOutputValues())
                    .allSatisfy(segment -> assertThat(segment.getCodec()).isZero());
            assertThat(harness.extractOutputValues())
                    .extracting(ArchiveSegment::getTokenFrames)
                    .as("the open ones had three")
                    .startsWith(3, 3)
                    .endsWith(2, 2, 1, 1);
            found.addAll(harness.extractOutputValues());
        }
        assertThat(byCamera(decoded(found))).isEqualTo(byCamera(FRAMES));
    }

    @Test
    void silenceEndsASequence() throws Exception {
        try (var harness = sequence("heap")) {
            harness.open();
            harness.setProcessingTime(1_000);
            push(harness, FRAMES.subList(0, 14));
            PassingTime.to(harness, 61_001);
            assertEmpty(harness);
            push(harness, FRAMES.subList(14, 16));
            PassingTime.to(harness, 200_000);
            assertEmpty(harness);
            assertSequences(harness.extractOutputValues(), FRAMES.subList(0, 16));
        }
    }

    private static void assertSequences(List<TokenSequence> found, List<TokenFrame> expected) {
        Map<SequenceRun, SequenceReader> readers = new LinkedHashMap<>();
        for (TokenSequence record : found) {
            var window = TokenSequences.window(record);
            readers.computeIfAbsent(window.run(), run -> new SequenceReader(run, Optional.empty()))
                    .read(window);
        }
        Map<String, List<List<Integer>>> tokens = new LinkedHashMap<>();
        readers.forEach((run, reader) -> {
            assertThat(reader.isEnded()).isTrue();
            reader.frames()
                    .forEach(frame -> tokens.computeIfAbsent(run.camera(), camera -> new ArrayList<>())
                            .add(list(frame.tokens())));
        });
        Map<String, List<List<Integer>>> sent = new LinkedHashMap<>();
        expected.forEach(frame -> sent.computeIfAbsent(frame.getCamera(), camera -> new ArrayList<>())
                .add(list(TokenFrames.tokens(frame))));
        assertThat(tokens).isEqualTo(sent);
    }

    private static List<Integer> list(int[] tokens) {
        List<Integer> list = new ArrayList<>();
        for (int token : tokens) {
            list.add(token);
        }
        return list;
    }

    private static List<TokenFrame> decoded(List<ArchiveSegment> segments) throws SegmentException {
        List<TokenFrame> frames = new ArrayList<>();
        for (ArchiveSegment segment : segments) {
            frames.addAll(ArchiveSegments.frames(SegmentCoder.decode(ArchiveSegments.coded(segment))));
        }
        return frames;
    }

    private static Map<String, List<TokenFrame>> byCamera(List<TokenFrame> frames) {
        Map<String, List<TokenFrame>> by = new LinkedHashMap<>();
        frames.forEach(frame -> by.computeIfAbsent(frame.getCamera(), camera -> new ArrayList<>())
                .add(frame));
        return by;
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, TokenFrame, ArchiveSegment> archive(String backend)
            throws Exception {
        return archive(backend, new Configuration());
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, TokenFrame, ArchiveSegment> archive(
            String backend, Configuration options) throws Exception {
        return harness(
                new ArchiveFunction(ArchiveSettings.of(options)), new SingleObjectCodec.OfArchiveSegment(), backend);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, TokenFrame, TokenSequence> sequence(String backend)
            throws Exception {
        Configuration options = new Configuration();
        options.set(SequenceOptions.CONTEXT_LENGTH, 40);
        options.set(SequenceOptions.OVERLAP, 5);
        return sequence(backend, options);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, TokenFrame, TokenSequence> sequence(
            String backend, Configuration options) throws Exception {
        return harness(
                new SequenceFunction(SequenceSettings.of(options)), new SingleObjectCodec.OfTokenSequence(), backend);
    }

    private static <T> KeyedOneInputStreamOperatorTestHarness<String, TokenFrame, T> harness(
            KeyedProcessFunction<String, TokenFrame, T> function, ValueCodec<T> codec, String backend)
            throws Exception {
        var harness = new KeyedOneInputStreamOperatorTestHarness<String, TokenFrame, T>(
                new KeyedProcessOperator<>(function), TokenFrame::getCamera, Types.STRING);
        harness.setStateBackend(TokenizeOperatorTest.backend(backend));
        harness.setup(new CodecSerializer<>(codec));
        return harness;
    }

    private static <T> void push(
            KeyedOneInputStreamOperatorTestHarness<String, TokenFrame, T> harness, List<TokenFrame> frames)
            throws Exception {
        for (TokenFrame frame : frames) {
            harness.processElement(frame, 0);
        }
    }

    private static void assertEmpty(KeyedOneInputStreamOperatorTestHarness<String, ?, ?> harness) {
        assertThat(harness.numEventTimeTimers()).as("timers of the end").isZero();
        if (((KeyedProcessOperator<?, ?, ?>) harness.getOperator()).getKeyedStateBackend()
                instanceof HeapKeyedStateBackend) {
            assertThat(harness.numKeyedStateEntries()).as("keyed state").isZero();
        }
    }
}

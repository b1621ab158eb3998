package io.nolook.flink.recognize;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.model.ModelOperatorFactory;
import io.nolook.flink.stream.PassingTime;
import io.nolook.flink.tokenize.TokenizeOperatorTest;
import io.nolook.flink.type.CodecSerializer;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.model.StreamModel;
import io.nolook.recognition.CameraTokens;
import io.nolook.recognition.CameraTokens.Span;
import io.nolook.recognition.FakeRecognizer;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.ActionState;
import io.nolook.token.StreamOrder.Begins;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same operator with a recognizer, and the events of its scores: order, snapshots, eviction, silence. */
class RecognizeOperatorTest {
    private static final long FRAME = 200_000;

    /** The fake, shared like a real one. */
    record FakeLoader(String hash) implements ModelLoader<StreamModel<int[], float[]>> {

        @Override
        public String key() {
            return hash;
        }

        @Override
        public StreamModel<int[], float[]> open() {
            return new FakeRecognizer(Map.of(), hash);
        }
    }

    /** Restored with another recognizer: its first score is of a run of its own, and nothing fails. */
    @Test
    void anotherRecognizerBeginsARun() throws Exception {
        List<CameraTokens> tokens = interleaved(1, 10);
        OperatorSubtaskState snapshot;
        try (var harness = scorer(new Configuration(), "heap")) {
            harness.open();
            push(harness, tokens.subList(0, 6));
            harness.prepareSnapshotPreBarrier(1);
            snapshot = harness.snapshot(1, 1);
        }
        List<ActionScores> found;
        try (var harness = scorer(new Configuration(), "heap", "0ther")) {
            harness.initializeState(snapshot);
            harness.open();
            push(harness, tokens.subList(6, 10));
            harness.endInput();
            found = harness.extractOutputValues();
        }
        List<ActionScores> alone = run(new Configuration(), tokens.subList(6, 10));
        assertThat(found).extracting(ActionScores::getPosition).containsExactly(0, 1, 2, 3);
        assertThat(found).extracting(ActionScores::getRecognizerHash).containsOnly("0ther");
        assertThat(found)
                .extracting(ActionScores::getProbabilities)
                .isEqualTo(alone.stream().map(ActionScores::getProbabilities).toList());
    }

    /** Restored with other thresholds: they hold from the next scores, for what is shown already, too. */
    @Test
    void thresholdsHoldFromTheNextScores() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = events(new Configuration())) {
            harness.open();
            shown(harness, 0, 14, 14);
            snapshot = harness.snapshot(1, 1);
        }
        Configuration stricter = new Configuration();
        stricter.set(RecognizeOptions.ACTION_THRESHOLD, 0.99);
        stricter.set(RecognizeOptions.ACTION_RELEASE, 0.95);
        try (var harness = events(stricter)) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(score(0, 2, 14 / 16f), 0);
            assertThat(harness.extractOutputValues())
                    .extracting(ActionEvent::getState)
                    .containsExactly(ActionState.ENDED);
        }
    }

    /** Restored with another recognizer: what its labels do not mean ends. */
    @Test
    void whatAnotherRecognizerShowedEnds() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = events(new Configuration())) {
            harness.open();
            shown(harness, 0, 14, 14);
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = events(new Configuration())) {
            harness.initializeState(snapshot);
            harness.open();
            ActionScores other = score(50, 0, 0.05f);
            other.setRecognizerHash("0ther");
            harness.processElement(other, 0);
            assertThat(harness.extractOutputValues())
                    .extracting(ActionEvent::getState)
                    .containsExactly(ActionState.ENDED);
        }
    }

    @Test
    void scoresAreThoseOfEachCameraAlone() throws Exception {
        List<CameraTokens> tokens = interleaved(5, 30);
        assertThat(sorted(run(new Configuration(), tokens))).isEqualTo(sorted(alone(tokens)));
    }

    @Test
    void evictionOfAllActivationsChangesNothing() throws Exception {
        List<CameraTokens> tokens = interleaved(3, 30);
        Configuration options = new Configuration();
        options.set(InferenceOptions.ACTIVATIONS_MAX_BYTES, MemorySize.ZERO);
        assertThat(sorted(run(options, tokens))).isEqualTo(sorted(alone(tokens)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap", "rocksdb"})
    void restoredInMidRunGoesOnWithTheSameScores(String backend) throws Exception {
        List<CameraTokens> tokens = interleaved(4, 30);
        int cut = 4 * 17 + 2;
        List<ActionScores> found = new ArrayList<>();
        OperatorSubtaskState snapshot;
        try (var harness = scorer(new Configuration(), backend)) {
            harness.open();
            push(harness, tokens.subList(0, cut));
            harness.prepareSnapshotPreBarrier(1);
            snapshot = harness.snapshot(1, 1);
            found.addAll(harness.extractOutputValues());
        }
        try (var harness = scorer(new Configuration(), backend)) {
            harness.initializeState(snapshot);
            harness.open();
            push(harness, tokens.subList(cut, tokens.size()));
            harness.endInput();
            found.addAll(harness.extractOutputValues());
        }
        assertThat(sorted(found)).isEqualTo(sorted(alone(tokens)));
    }

    @Test
    void silentCamerasLeaveNothing() throws Exception {
        Configuration options = new Configuration();
        options.setString("camera.idle-ttl", "10 s");
        try (var harness = scorer(options, "heap")) {
            harness.open();
            push(harness, interleaved(3, 5));
            harness.prepareSnapshotPreBarrier(1);
            assertThat(harness.numKeyedStateEntries()).isPositive();
            PassingTime.to(harness, 60_000);
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(harness.numProcessingTimeTimers()).isZero();
        }
    }

    @Test
    void actionsBeginAndEnd() throws Exception {
        try (var harness = events(new Configuration())) {
            harness.open();
            shown(harness, 0, 2, 14, 14, 14, 2);
            List<ActionEvent> events = harness.extractOutputValues();
            assertThat(events).extracting(ActionEvent::getState).containsExactly(ActionState.BEGUN, ActionState.ENDED);
            assertThat(events.get(1).getLabel()).isEqualTo("shown");
            assertThat(events.get(1).getFirstSequence()).isEqualTo(events.get(0).getFirstSequence());
            assertThat(events.get(1).getLastSequence())
                    .isGreaterThan(events.get(0).getLastSequence());
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void actionsEndWithTheInputAndWithSilence() throws Exception {
        Configuration options = new Configuration();
        options.setString("camera.idle-ttl", "10 s");
        try (var harness = events(options)) {
            harness.open();
            shown(harness, 0, 14, 14, 14);
            PassingTime.to(harness, 60_000);
            assertThat(harness.extractOutputValues())
                    .extracting(ActionEvent::getState)
                    .endsWith(ActionState.ENDED);
            assertThat(harness.numKeyedStateEntries()).isZero();
            harness.getOutput().clear();
            shown(harness, 100, 14, 14, 14);
            harness.endInput();
            assertThat(harness.extractOutputValues())
                    .extracting(ActionEvent::getState)
                    .containsExactly(ActionState.BEGUN, ActionState.ENDED);
        }
    }

    @Test
    void anActionOutlivesARestart() throws Exception {
        OperatorSubtaskState snapshot;
        List<ActionEvent> found = new ArrayList<>();
        try (var harness = events(new Configuration())) {
            harness.open();
            shown(harness, 0, 14, 14);
            snapshot = harness.snapshot(1, 1);
            found.addAll(harness.extractOutputValues());
        }
        try (var harness = events(new Configuration())) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(score(0, 2, 0.05f), 0);
            found.addAll(harness.extractOutputValues());
        }
        assertThat(found).extracting(ActionEvent::getState).containsExactly(ActionState.BEGUN, ActionState.ENDED);
        assertThat(found.get(1).getFirstSequence()).isZero();
    }

    private static List<ActionScores> run(Configuration options, List<CameraTokens> tokens) throws Exception {
        try (var harness = scorer(options, "heap")) {
            harness.open();
            push(harness, tokens);
            harness.endInput();
            return harness.extractOutputValues();
        }
    }

    /** The reference: each camera in an operator of its own, one token frame at a time. */
    private static List<ActionScores> alone(List<CameraTokens> tokens) throws Exception {
        List<ActionScores> all = new ArrayList<>();
        Configuration single = new Configuration();
        single.set(InferenceOptions.BATCH_SIZE, 1);
        for (String camera :
                tokens.stream().map(CameraTokens::camera).distinct().toList()) {
            all.addAll(run(
                    single,
                    tokens.stream().filter(each -> each.camera().equals(camera)).toList()));
        }
        return all;
    }

    private static List<ActionScores> sorted(List<ActionScores> scores) {
        return scores.stream()
                .sorted(Comparator.comparing(ActionScores::getCamera)
                        .thenComparing(ActionScores::getRun)
                        .thenComparing(ActionScores::getPosition))
                .toList();
    }

    private static void push(
            KeyedOneInputStreamOperatorTestHarness<String, CameraTokens, ActionScores> harness,
            List<CameraTokens> tokens)
            throws Exception {
        for (CameraTokens each : tokens) {
            harness.processElement(each, 0);
        }
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, CameraTokens, ActionScores> scorer(
            Configuration options, String backend) throws Exception {
        return scorer(options, backend, "fa4e");
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, CameraTokens, ActionScores> scorer(
            Configuration options, String backend, String recognizer) throws Exception {
        if (!options.contains(InferenceOptions.BATCH_SIZE)) {
            options.set(InferenceOptions.BATCH_SIZE, 4);
        }
        var harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new ModelOperatorFactory<>(
                        new RecognizeRules(),
                        new FakeLoader(recognizer),
                        RecognizeSettings.of(options).inference()),
                CameraTokens::camera,
                Types.STRING);
        harness.setStateBackend(TokenizeOperatorTest.backend(backend));
        harness.setup(new CodecSerializer<>(new SingleObjectCodec.OfActionScores()));
        return harness;
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, ActionScores, ActionEvent> events(
            Configuration options) throws Exception {
        var harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new ActionEventOperator(RecognizeSettings.of(options)), ActionScores::getCamera, Types.STRING);
        harness.setup(new CodecSerializer<>(new SingleObjectCodec.OfActionEvent()));
        return harness;
    }

    /** Scores of one run after token frames that speak for the label in sixteenths. */
    private static void shown(
            KeyedOneInputStreamOperatorTestHarness<String, ActionScores, ActionEvent> harness, long run, int... shares)
            throws Exception {
        for (int i = 0; i < shares.length; i++) {
            harness.processElement(score(run, i, shares[i] / 16f), 0);
        }
    }

    private static ActionScores score(long run, int position, float p) {
        long first = run + 4L * position;
        return ActionScores.newBuilder()
                .setCamera("a")
                .setEpoch(1)
                .setTokenizerId(FakeRecognizer.TOKENIZER)
                .setRecognizer("fake 1")
                .setRecognizerHash("fa4e")
                .setRuntimeId("fake")
                .setRun(run)
                .setPosition(position)
                .setFirstSequence(first)
                .setLastSequence(first + 3)
                .setFirstCapturedAtMicros(first * FRAME)
                .setLastCapturedAtMicros((first + 3) * FRAME)
                .setLabels(List.of("none", "shown"))
                .setBackground("none")
                .setProbabilities(List.of(1 - p, p))
                .build();
    }

    /** Token frames of cameras in turn; camera 1 has a gap, camera 2 a keyframe by interval. */
    private static List<CameraTokens> interleaved(int cameras, int tokenFrames) {
        List<CameraTokens> all = new ArrayList<>();
        for (int i = 0; i < tokenFrames; i++) {
            for (int camera = 0; camera < cameras; camera++) {
                boolean second = i >= tokenFrames / 2 && (camera == 1 || camera == 2);
                int start = second ? tokenFrames / 2 : 0;
                Begins key = camera == 2 && second ? Begins.CLIP_BY_INTERVAL : Begins.CLIP;
                long first = 4L * i + (camera == 1 && second ? 1000 : 0);
                long clip = 4L * start + (camera == 1 && second ? 1000 : 0);
                int[] tokens = new Random(camera * 1000L + i).ints(4, 0, 16).toArray();
                all.add(new CameraTokens(
                        "camera-" + camera,
                        1,
                        clip,
                        i - start,
                        i == start ? key : Begins.NOTHING,
                        new Span(first, first + 3, first * FRAME + 1, (first + 3) * FRAME + 1, 0),
                        tokens));
            }
        }
        return all;
    }
}

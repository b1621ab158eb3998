package io.nolook.flink.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.nolook.flink.stream.PassingTime;
import io.nolook.flink.type.CodecSerializer;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.AnomalyKind;
import io.nolook.schema.AnomalyStage;
import io.nolook.schema.Surprise;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Anomalies of surprise in Flink: each camera by itself, snapshots, another predictor, silence. */
class AnomalyOperatorTest {
    private static final float USUAL = 5;
    private static final int KNOWN = 70; // token frames

    @Test
    void camerasAreUsualEachByItself() throws Exception {
        try (var harness = harness()) {
            harness.open();
            for (int i = 0; i < KNOWN; i++) {
                see(harness, "calm", i, USUAL, "predictor");
                see(harness, "busy", i, 15, "predictor");
            }
            see(harness, "calm", KNOWN, 14, "predictor");
            see(harness, "busy", KNOWN, 14, "predictor");

            assertThat(harness.extractOutputValues())
                    .extracting(AnomalyEvent::getCamera, AnomalyEvent::getKind, AnomalyEvent::getStage)
                    .containsExactly(tuple("calm", AnomalyKind.SURPRISING, AnomalyStage.BEGUN));
            AnomalyEvent event = harness.extractOutputValues().get(0);
            assertThat(event.getScore()).isEqualTo(9);
            assertThat(event.getUsualLow()).isEqualTo(USUAL);
            assertThat(event.getMap()).containsExactly(14f);
            assertThat(event.getFirstSequence()).isEqualTo(KNOWN * 4L);
        }
    }

    @Test
    void whatIsUsualIsRestored() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness()) {
            harness.open();
            usual(harness);
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness()) {
            harness.initializeState(snapshot);
            harness.open();
            see(harness, "gate", KNOWN, 20, "predictor");
            assertThat(harness.extractOutputValues()).hasSize(1);
        }
    }

    /** Its bits are others: what was active ends, and what is usual is learned anew. */
    @Test
    void anotherPredictorBeginsAnew() throws Exception {
        try (var harness = harness()) {
            harness.open();
            usual(harness);
            see(harness, "gate", KNOWN, 20, "predictor");
            see(harness, "gate", KNOWN + 1, 20, "another");
            for (int i = 2; i < 20; i++) {
                see(harness, "gate", KNOWN + i, 30, "another");
            }

            assertThat(harness.extractOutputValues())
                    .extracting(AnomalyEvent::getStage, AnomalyEvent::getPredictorHash)
                    .containsExactly(tuple(AnomalyStage.BEGUN, "predictor"), tuple(AnomalyStage.ENDED, "predictor"));
        }
    }

    @Test
    void aSilentCameraEndsWhatItShowsAndLeavesNothing() throws Exception {
        try (var harness = harness()) {
            harness.open();
            usual(harness);
            see(harness, "gate", KNOWN, 20, "predictor");
            PassingTime.to(harness, 60_000);

            assertThat(harness.extractOutputValues())
                    .extracting(AnomalyEvent::getStage)
                    .containsExactly(AnomalyStage.BEGUN, AnomalyStage.ENDED);
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(harness.numProcessingTimeTimers()).isZero();
        }
    }

    @Test
    void theEndOfTheInputEndsEverything() throws Exception {
        try (var harness = harness()) {
            harness.open();
            usual(harness);
            see(harness, "gate", KNOWN, 20, "predictor");
            harness.endInput();

            assertThat(harness.extractOutputValues()).hasSize(2);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    private static void usual(KeyedOneInputStreamOperatorTestHarness<String, Surprise, AnomalyEvent> harness)
            throws Exception {
        for (int i = 0; i < KNOWN; i++) {
            see(harness, "gate", i, USUAL, "predictor");
        }
    }

    private static void see(
            KeyedOneInputStreamOperatorTestHarness<String, Surprise, AnomalyEvent> harness,
            String camera,
            int number,
            float level,
            String predictor)
            throws Exception {
        Surprise surprise = Surprise.newBuilder()
                .setCamera(camera)
                .setEpoch(1)
                .setTokenizerId("tokenizer")
                .setPredictor("next 1")
                .setPredictorHash(predictor)
                .setRuntimeId("runtime")
                .setClip(0)
                .setPosition(number + 2)
                .setFirstSequence(number * 4L)
                .setLastSequence(number * 4L + 3)
                .setFirstCapturedAtMicros(number * 160_000L)
                .setLastCapturedAtMicros(number * 160_000L + 120_000)
                .setClockJumpedMicros(0)
                .setBits(level)
                .setLevel(level)
                .setPeak(level)
                .setMap(List.of(level))
                .build();
        harness.processElement(surprise, 0);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Surprise, AnomalyEvent> harness() throws Exception {
        Configuration options = new Configuration();
        options.setString("camera.idle-ttl", "10 s");
        KeyedOneInputStreamOperatorTestHarness<String, Surprise, AnomalyEvent> harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new AnomalyOperator(GenerateSettings.of(options)), Surprise::getCamera, Types.STRING);
        harness.setup(new CodecSerializer<>(new SingleObjectCodec.OfAnomalyEvent()));
        return harness;
    }
}

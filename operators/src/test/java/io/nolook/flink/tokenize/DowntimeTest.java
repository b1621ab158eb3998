package io.nolook.flink.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.stream.PassingTime;
import io.nolook.window.CameraFrame;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** A job that was down goes on with its cameras. */
class DowntimeTest {

    /** Down for far longer than camera.idle-ttl: the clip goes on, and the camera is forgotten only for silence after. */
    @Test
    void downtimeIsNoSilence() throws Exception {
        List<CameraFrame> frames = TokenizeOperatorTest.interleaved(1, 21);
        OperatorSubtaskState state;
        Configuration options = new Configuration();
        options.set(InferenceOptions.CAMERA_IDLE_TTL, Duration.ofSeconds(10));
        options.set(TokenizeOptions.EPOCH_RESET_AFTER, Duration.ofSeconds(1));
        try (var harness = TokenizeOperatorTest.harness(options)) {
            harness.open();
            harness.setProcessingTime(0);
            TokenizeOperatorTest.push(harness, frames.subList(0, 10));
            harness.prepareSnapshotPreBarrier(1);
            state = harness.snapshot(1, 1);
        }
        try (var harness = TokenizeOperatorTest.harness(options)) {
            harness.setProcessingTime(3_600_000);
            harness.initializeState(state);
            harness.open();
            harness.setProcessingTime(3_600_001);
            TokenizeOperatorTest.push(harness, frames.subList(10, 21));
            PassingTime.to(harness, 3_630_001);
            TokenizeOperatorTest.awaitOutput(harness, 3);
            assertThat(TokenizeOperatorTest.output(harness))
                    .allSatisfy(frame -> assertThat(frame.getPosition()).isPositive());
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }
}

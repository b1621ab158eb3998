package io.nolook.flink.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.schema.KeyframeReason;
import io.nolook.schema.TokenFrame;
import io.nolook.window.CameraFrame;
import io.nolook.window.Carried;
import io.nolook.window.WindowHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A frame's steps wait for room, and meanwhile its camera's idle timer is due. */
class SilenceInTheMidstOfAFrameTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final String CAMERA = "gate";

    /** The tail waits, with its activations; the keyframe that waits for a fresher frame must not go before it. */
    @Test
    void aCameraWhoseStepsWaitForRoomIsNotSilent() throws Exception {
        SimulatedSettings settings = new SimulatedSettings(0, 1, 1, 0, 1, 1 << 20, 1 << 20, 60, 0, 200, 300);
        List<WindowHistory.Event> happened = new ArrayList<>();
        List<TokenFrame> found;
        try (SimulatedJob job =
                new SimulatedJob(settings, Optional.empty(), NOW, (camera, event) -> happened.add(event))) {
            for (int i = 0; i <= 6; i++) {
                job.push(frame(i, NOW));
            }
            job.passLater(CAMERA, SimulatedSettings.IDLE_MILLIS);
            job.push(frame(7, NOW - 10_000));
            assertThat(happened).isEmpty();
            job.endInput();
            found = job.takeOutput();
        }
        assertThat(found.stream().map(TokenFrame::getFrames).toList()).containsExactly(1, 4, 2, 1);
        assertThat(found.get(3).getKeyframeReason()).isEqualTo(KeyframeReason.SKIP);
    }

    private static CameraFrame frame(int sequence, long sentAtMillis) {
        byte[] rgb = new byte[RememberingModel.SIZE.rgbBytes()];
        rgb[0] = (byte) sequence;
        return new CameraFrame(
                CAMERA, 1, sequence, NOW * 1000 + sequence * 40_000, 16, 8, rgb, sentAtMillis, Carried.NOTHING);
    }
}

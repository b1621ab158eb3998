package io.nolook.tool.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.FrameSize;
import io.nolook.frame.ffmpeg.FfmpegPictureSink;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoDetokenizer;
import io.nolook.model.onnx.SessionSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo from start to end, on simulated cameras and a video. */
class DemoITCase {

    @Test
    void everyFrameIsAccountedForAndComesBack(@TempDir Path folder) throws Exception {
        Path video = folder.resolve("street.mp4");
        SimulatedCamera simulated = new SimulatedCamera(0, 128, 96);
        try (FfmpegPictureSink sink = new FfmpegPictureSink(video, 20)) {
            for (int i = 0; i < 42; i++) {
                sink.write(simulated.picture(i));
            }
        }
        StringWriter said = new StringWriter();
        Demo.Result result = Demo.of(
                        Configuration.fromMap(Map.of("inference.device", "cpu", "frame.size", "64x64")),
                        2,
                        List.of(video.toString()),
                        new PrintWriter(said))
                .run(4, () -> decoder(64));
        assertThat(result.unaccounted()).isZero();
        assertThat(result.firstTokenSeconds()).isPositive();
        assertThat(said.toString()).contains("first token frame after");
        assertThat(result.cameras().stream().map(CameraReport::camera).toList())
                .containsExactly("simulated-1", "simulated-2", "street");
        assertThat(result.cameras()).allSatisfy(camera -> {
            assertThat(camera.framesTokenized()).isEqualTo(camera.framesSent()).isPositive();
            assertThat(camera.keyframes()).isEqualTo(1);
            assertThat(camera.psnr()).isGreaterThan(15);
            assertThat(camera.latency().committedP99Millis())
                    .isGreaterThanOrEqualTo(camera.latency().uncommittedP50Millis());
        });
        CameraReport street = result.cameras().get(2);
        assertThat(street.framesSent()).isEqualTo(42);
        assertThat(street.tokenFrames()).as("1 + ceil(41 / 4)").isEqualTo(12);
        Demo.Pictures pictures = result.pictures().get("street");
        assertThat(pictures.decoded()).hasSameSizeAs(pictures.originals()).hasSize(42);
    }

    @Test
    void whatIsRecognizedIsTold() throws Exception {
        Configuration options = Configuration.fromMap(Map.of(
                "inference.device", "cpu",
                "frame.rate", "5",
                "action.threshold", "0.01",
                "action.release", "0.01",
                "action.min-duration", "0 ms"));
        Demo.Result result = Demo.of(options, 2, List.of(), new PrintWriter(new StringWriter()))
                .recognizing(options)
                .run(6, () -> decoder(128));
        assertThat(result.unaccounted()).isZero();
        ActionReport actions = result.actions().orElseThrow();
        assertThat(actions.actions()).hasSize(actions.reported()).isNotEmpty().allSatisfy(action -> {
            assertThat(action.camera()).startsWith("simulated-");
            assertThat(action.endMicros()).isGreaterThanOrEqualTo(action.startMicros());
        });
        assertThat(actions.p99Millis()).isGreaterThanOrEqualTo(actions.p50Millis());
    }

    @Test
    void demoWithoutCamerasIsRefused() {
        assertThatThrownBy(() -> Demo.of(new Configuration(), 0, List.of(), new PrintWriter(new StringWriter())))
                .hasMessageContaining("expected --cameras");
    }

    private static VideoDetokenizer decoder(int side) {
        return VideoDetokenizer.admit(
                OnnxVideoDetokenizer.open(ModelFiles.read("builtin:nolook-small", "decoder"), SessionSettings.cpu(2)),
                new FrameSize(side, side));
    }
}

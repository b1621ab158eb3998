package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSink;
import io.nolook.media.Outputs;
import io.nolook.tool.eval.Ffmpeg;
import io.nolook.tool.eval.VideoCodec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command on short simulated clips and tiny models. */
class EvalCommandTest {
    private static final Path MODELS = Path.of("../operators/src/test/resources/models");

    @TempDir
    private static Path folder;

    @TempDir
    private Path reports;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void makeClips() throws IOException {
        for (int seed = 1; seed <= 2; seed++) {
            SimulatedCamera camera = new SimulatedCamera(seed, 160, 128);
            try (PictureSink sink = Outputs.open(folder.resolve("clip-" + seed + ".mp4"), 25)) {
                for (int i = 0; i < 12 + seed; i++) {
                    sink.write(camera.picture(i));
                }
            }
        }
    }

    @Test
    void reportsEveryFigureWithoutCodecs() throws Exception {
        assertThat(eval("--no-codecs", "--sizes", "64x64,160x128"))
                .as(err.toString())
                .isZero();

        JsonNode report = report();
        assertThat(report.at("/model/tokenizerId").asText()).isNotBlank();
        assertThat(report.at("/model/nominalBitsPerPixel").asDouble()).isEqualTo(18 / 256.0);
        assertThat(report.at("/setting/frames").asInt()).isEqualTo(27);
        assertThat(report.at("/scores/psnr").asDouble()).isBetween(5.0, 40.0);
        assertThat(report.at("/scores/msSsim").isNumber()).isTrue();
        // 13 and 14 frames: 4 and 5 token frames of 256 tokens
        assertThat(report.at("/codes/tokens").asInt()).isEqualTo(9 * 256);
        assertThat(report.at("/bitsPerPixel/raw").asDouble()).isEqualTo(9 * 256 * 18 / (27 * 128 * 128.0));
        assertThat(report.at("/bitsPerPixel/coded").asDouble()).isBetween(0.0001, 0.08);
        assertThat(report.at("/codes/bitEntropies")).hasSize(18);
        assertThat(report.at("/beside").isNull()).isTrue();
        assertThat(report.at("/longClip/passed").asBoolean()).isTrue();
        assertThat(report.at("/longClip/repeats/different").asInt()).isZero();
        assertThat(report.at("/sizes/0/msSsimScales").asInt()).isZero();
        assertThat(report.at("/sizes/0/scores/msSsim").isNull()).isTrue();
        assertThat(report.at("/sizes/1/scores/msSsim").isNumber()).isTrue();
        assertThat(report.at("/encode/steps").asInt()).isPositive();
        assertThat(report.at("/codecs")).isEmpty();
        assertThat(report.at("/setting/ffmpeg").asText()).startsWith("none");
        assertThat(report.at("/clips/1/clip").asText()).isEqualTo("clip-2");
        assertThat(Files.readString(reports.resolve("index.html")))
                .contains("<svg", "clip-1", "pictures/clip-2.png", "No codec was measured")
                .doesNotContain("http://www.w3.org/1999", "<script");
        assertThat(Files.readString(reports.resolve("psnr.svg")))
                .startsWith("<svg")
                .endsWith("</svg>\n");
        String[] printed = out.toString().split("\\R");
        assertThat(List.of(printed).subList(printed.length - 6, printed.length))
                .allSatisfy(path -> assertThat(Path.of(path)).isNotEmptyFile());
    }

    @Test
    void comparesWithCodecsWhereFfmpegIs() throws Exception {
        boolean found = Ffmpeg.find(VideoCodec.encoders()).isPresent();
        assumeTrue(found, "found no ffmpeg with " + VideoCodec.encoders() + " on the PATH: codecs not tested");

        assertThat(eval("--limit-frames", "9", "--long-frames", "0", "--pictures", "clip-1"))
                .as(err.toString())
                .isZero();

        JsonNode report = report();
        assertThat(report.at("/codecs")).hasSize(2 * 7);
        assertThat(report.at("/comparisons")).hasSize(4);
        double best = report.at("/codecs/0/scores/psnr").asDouble();
        double worst = report.at("/codecs/6/scores/psnr").asDouble();
        assertThat(best).isGreaterThan(worst + 3).isGreaterThan(26);
        assertThat(report.at("/codecs/0/bitsPerPixel").asDouble())
                .isGreaterThan(2 * report.at("/codecs/6/bitsPerPixel").asDouble());
        assertThat(report.at("/longClip").isNull()).isTrue();
        assertThat(report.at("/setting/ffmpeg").asText()).startsWith("ffmpeg version");
        Picture sheet = new FrameDecoder(FrameLimits.DEFAULTS)
                .decode(ByteBuffer.wrap(Files.readAllBytes(reports.resolve("pictures/clip-1.png"))));
        assertThat(sheet.height()).isGreaterThan(4 * 128);
        assertThat(reports.resolve("pictures/clip-2.png")).doesNotExist();
        assertThat(out.toString()).contains("H.264, PSNR: at the raw rate", "HEVC, MS-SSIM: ");
    }

    @Test
    void aSecondDecoderStandsBeside() throws Exception {
        String decoder = MODELS.resolve("tiny-decoder.onnx").toString();
        assertThat(eval("--no-codecs", "--long-frames", "0", "--beside", decoder))
                .as(err.toString())
                .isZero();

        JsonNode report = report();
        assertThat(report.at("/scores/detail").asDouble()).isPositive();
        assertThat(report.at("/beside")).isEqualTo(report.at("/scores"));
        assertThat(report.at("/clips/1/beside")).isEqualTo(report.at("/clips/1/scores"));
        assertThat(Files.readString(reports.resolve("index.html"))).contains("second decoder, the same tokens");

        assertThat(eval("--no-codecs", "--beside", "builtin:nolook-small")).isEqualTo(1);
        assertThat(err.toString()).contains("expected ");
    }

    @Test
    void aModelWhoseTokensDependOnOldHistoryFails() {
        assertThat(eval("--no-codecs", "-D", "model.encoder=" + MODELS.resolve("long-memory.onnx")))
                .isEqualTo(1);

        assertThat(err.toString()).contains("nolook: ");
        assertThat(reports.resolve("report.json")).doesNotExist();
    }

    @Test
    void mistakesAreToldBeforeTheWork() {
        assertThat(eval("--sizes", "100x64", "--no-codecs")).isEqualTo(1);
        assertThat(err.toString()).contains("expected multiples of 8");
        assertThat(eval("--no-codecs", "-D", "frame.rate=5")).isEqualTo(1);
        assertThat(err.toString()).contains("frame.rate: found a limit");
        assertThat(eval("--no-codecs", "--long-frames", "20")).isEqualTo(1);
        assertThat(err.toString()).contains("--long-frames: found 20, expected at least");
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(reports.resolve("report.json").toFile());
    }

    private int eval(String... more) {
        List<String> arguments = new ArrayList<>(List.of("eval", folder.toString(), "--report", reports.toString()));
        arguments.addAll(List.of(
                "-D",
                "model.encoder=" + MODELS.resolve("tiny-encoder.onnx"),
                "-D",
                "model.decoder=" + MODELS.resolve("tiny-decoder.onnx"),
                "-D",
                "inference.device=cpu"));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--long-frames")) {
            arguments.addAll(List.of("--long-frames", "400"));
        }
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}

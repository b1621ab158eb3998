package io.nolook.tool.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.PictureEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A brief run of what {@code nolook fuzz} does for long. */
class FuzzRunTest {
    @TempDir
    Path folder;

    @Test
    void everyInputBecomesAFrameOrADeadLetter() throws Exception {
        FuzzReport report = run(4000, 7);
        assertThat(report.failures()).isEmpty();
        assertThat(report.passed()).isTrue();
        assertThat(report.decoded()).isPositive();
        assertThat(report.deadLettered())
                .as("the changes reach every kind of check")
                .containsKeys(
                        "PICTURE_TOO_MANY_PIXELS",
                        "PICTURE_TOO_MANY_SCANS",
                        "PICTURE_TRUNCATED",
                        "PICTURE_UNREADABLE",
                        "PICTURE_WRONG_ENCODING",
                        "PICTURE_WRONG_SIZE",
                        "RECORD_FIELD_INVALID",
                        "RECORD_KEY_MISMATCH",
                        "RECORD_KEY_MISSING",
                        "RECORD_KEY_UNREADABLE",
                        "RECORD_VALUE_MISSING",
                        "RECORD_VALUE_UNREADABLE");
        long lettered = report.deadLettered().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        assertThat(report.decoded() + lettered).isEqualTo(4000);
    }

    @Test
    void theSameSeedMakesTheSameInputs() throws Exception {
        FuzzReport first = run(500, 3);
        FuzzReport again = run(500, 3);
        assertThat(again.deadLettered()).isEqualTo(first.deadLettered());
        assertThat(run(500, 4).deadLettered()).isNotEqualTo(first.deadLettered());
    }

    private FuzzReport run(long inputs, long seed) throws Exception {
        byte[] jpeg = new PictureEncoder().jpeg(new SimulatedCamera(5, 40, 30).picture(0), 0.8);
        Files.write(Files.createDirectories(folder.resolve("pictures")).resolve("own.jpg"), jpeg);
        Configuration options = new Configuration();
        options.set(TokenizeOptions.FRAME_SIZE, "64x64");
        return new FuzzRun(
                        TokenizeSettings.of(options), Optional.of(folder.resolve("pictures")), folder.resolve("failed"))
                .run(inputs, seed, done -> {});
    }
}

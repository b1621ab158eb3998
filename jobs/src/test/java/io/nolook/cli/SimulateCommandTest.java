package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.media.Inputs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {
    @TempDir
    private Path folder;

    @Test
    void recordsWhatTheCameraSeesFromASecondOn() throws IOException {
        assertThat(execute("--out", folder.resolve("a").toString(), "--seed", "3", "--size", "64x48", "--from", "2"))
                .isZero();

        List<Picture> recorded = pictures(folder.resolve("a"));
        assertThat(recorded).hasSize(250);
        SimulatedCamera camera = new SimulatedCamera(3, 64, 48);
        assertThat(recorded.get(0).rgb()).isEqualTo(camera.picture(50).rgb());
        assertThat(recorded.get(249).rgb()).isEqualTo(camera.picture(299).rgb());
    }

    @Test
    void refusesARecordingOfNoLength() {
        assertThat(execute("--out", folder.toString(), "--seconds", "0")).isEqualTo(1);
    }

    private static int execute(String... arguments) {
        CommandLine nolook = Main.commandLine();
        nolook.setOut(new PrintWriter(new StringWriter()));
        nolook.setErr(new PrintWriter(new StringWriter()));
        List<String> all = new ArrayList<>(List.of("simulate"));
        all.addAll(List.of(arguments));
        return nolook.execute(all.toArray(String[]::new));
    }

    private static List<Picture> pictures(Path folder) throws IOException {
        List<Picture> pictures = new ArrayList<>();
        try (PictureSource source = Inputs.open(folder.toString())) {
            for (Optional<TimedPicture> next = source.next(); next.isPresent(); next = source.next()) {
                pictures.add(next.get().picture());
            }
        }
        return pictures;
    }
}

package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PictureSink;
import io.nolook.media.Outputs;
import io.nolook.offline.TokenFile;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.file.DataFileReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands do with inputs that are damaged: one message and exit code 1, or with --partial what there is and 0. */
class PartialInputTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path whole;
    private Path cut;

    @BeforeEach
    void record() throws IOException {
        whole = folder.resolve("whole.mp4");
        SimulatedCamera camera = new SimulatedCamera(1, 64, 64);
        try (PictureSink sink = Outputs.open(whole, 25)) {
            for (int i = 0; i < 30; i++) {
                sink.write(camera.picture(i));
            }
        }
        byte[] bytes = Files.readAllBytes(whole);
        cut = Files.write(folder.resolve("cut.mp4"), Arrays.copyOf(bytes, bytes.length * 7 / 10));
    }

    @Test
    void aRecordingThatIsCutOffLeavesTheGoodFileAsItWas() throws IOException {
        Path good = Files.writeString(folder.resolve("good.avro"), "good");
        Path none = folder.resolve("none.avro");

        assertThat(tokenize(cut, good)).isEqualTo(1);
        assertThat(tokenize(cut, none)).isEqualTo(1);

        assertThat(good).hasContent("good");
        assertThat(none).doesNotExist();
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("whole.mp4", "cut.mp4", "good.avro");
        assertThat(err.toString().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .matches(
                                "nolook: .*cut.mp4: found the end of the file at byte \\d+ within a box mdat, which ends at byte"
                                        + " \\d+, after picture \\d+, at 0\\.\\d+ s, expected a whole recording; copy it again from its"
                                        + " source; with --partial what can be read is enough"));
    }

    @Test
    void whatThereIsIsTakenOnRequest() throws IOException {
        Path part = folder.resolve("part.avro");
        Path all = folder.resolve("all.avro");

        assertThat(tokenize(cut, part, "--partial")).as(err.toString()).isZero();
        assertThat(err.toString().lines()).singleElement().asString().contains("cut.mp4: found the end of the file");
        assertThat(tokenize(whole, all)).as(err.toString()).isZero();

        List<TokenFrame> expected = read(all);
        List<TokenFrame> found = read(part);
        assertThat(found).hasSizeBetween(3, expected.size() - 1);
        // the last chunk is completed by repeating its last frame
        assertThat(found.subList(0, found.size() - 1)).isEqualTo(expected.subList(0, found.size() - 1));
    }

    @Test
    void aFolderIsReadButForWhatIsNamed() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (int i = 0; i < 5; i++) {
            Files.write(
                    images.resolve(i + ".png"), new PictureEncoder().png(new SimulatedCamera(1, 64, 64).picture(i)));
        }
        Files.writeString(images.resolve("3.png"), "no picture");
        Files.writeString(images.resolve("notes.txt"), "no image");
        Files.writeString(images.resolve(".hidden.png"), "hidden");

        assertThat(tokenize(images, folder.resolve("images.avro"))).isEqualTo(1);
        assertThat(folder.resolve("images.avro")).doesNotExist();
        assertThat(err.toString().lines())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("left alone what is no image: notes.txt"))
                .anySatisfy(line -> assertThat(line).contains("3.png", "expected", "with --partial"));

        assertThat(tokenize(images, folder.resolve("images.avro"), "--partial")).isZero();
        assertThat(out.toString()).contains("4 frames, ");
        assertThat(read(folder.resolve("images.avro")).stream()
                        .mapToInt(TokenFrame::getFrames)
                        .sum())
                .isEqualTo(4);
    }

    /** Nothing is reported of what could not be read. */
    @Test
    void recognitionAndEvaluationAreRefusedToo() {
        for (List<String> command : List.of(
                List.of(
                        "recognize",
                        cut.toString(),
                        "--out",
                        folder.resolve("out").toString()),
                List.of(
                        "eval",
                        cut.toString(),
                        "--report",
                        folder.resolve("out").toString(),
                        "--no-codecs",
                        "-D",
                        "frame.size=64x64"))) {
            err.getBuffer().setLength(0);
            assertThat(execute(command)).isEqualTo(1);
            assertThat(err.toString()).as("%s", command).contains("cut.mp4: found the end of the file", "--partial");
            assertThat(folder.resolve("out")).doesNotExist();
        }
    }

    private int tokenize(Path input, Path avro, String... more) {
        List<String> command = new ArrayList<>(List.of("tokenize", input.toString(), "--out", avro.toString()));
        command.addAll(List.of("-D", "frame.size=64x64", "-D", "batch.size=1"));
        command.addAll(List.of(more));
        return execute(command);
    }

    private int execute(List<String> command) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(command.toArray(String[]::new));
    }

    private static List<TokenFrame> read(Path avro) throws IOException {
        List<TokenFrame> frames = new ArrayList<>();
        try (DataFileReader<TokenFrame> file = TokenFile.open(avro)) {
            file.forEachRemaining(frames::add);
        }
        return frames;
    }
}

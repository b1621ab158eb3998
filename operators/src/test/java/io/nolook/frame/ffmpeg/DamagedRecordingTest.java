package io.nolook.frame.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.digest.Sha256;
import io.nolook.frame.TimedPicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever a recording ends before its time, in whatever container: right pictures up to there, and one message. */
class DamagedRecordingTest {
    private static final Path PLAIN = Path.of("src/test/resources/cases/plain.mp4");

    @TempDir
    private Path folder;

    /** What came of a file. */
    private record Read(List<String> pictures, List<String> damage) {}

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "mov", "mkv", "ts", "avi", "flv", "h264"})
    void aWholeRecordingIsNotDamaged(String container) throws IOException {
        Read read = read(whole(container));

        assertThat(read.pictures()).hasSize(25);
        assertThat(read.damage()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mp4, within a box mdat, which ends at byte ",
        "mov, within a box mdat, which ends at byte ",
        "mkv, within a Segment, which ends at byte ",
        "ts, within a packet of 188 bytes, which ends at byte ",
        "avi, within a RIFF chunk, which ends at byte ",
        "flv, a packet that is shorter than its container says",
        "h264, a picture that its decoder had to guess in part",
    })
    void whatIsCutOffGivesItsPicturesAndSaysSo(String container, String found) throws IOException {
        Path whole = whole(container);
        List<String> expected = read(whole).pictures();
        byte[] bytes = Files.readAllBytes(whole);
        for (int percent : new int[] {45, 61, 83}) {
            int length = bytes.length * percent / 100;
            length -= length % 188 == 0 ? 1 : 0;
            Path cut = Files.write(folder.resolve("cut." + container), Arrays.copyOf(bytes, length));

            Read read = read(cut);

            assertThat(read.pictures()).hasSizeBetween(4, 22);
            for (int i = 0; i < read.pictures().size(); i++) {
                assertThat(read.pictures().get(i))
                        .as("picture %d of %d %%", i, percent)
                        .isEqualTo(expected.get(i));
            }
            assertThat(read.damage())
                    .singleElement()
                    .asString()
                    .startsWith(cut + ": found ")
                    .contains(found);
            assertThat(read.damage().get(0))
                    .contains(", after picture " + read.pictures().size() + ", at 0.");
            assertThat(read.damage().get(0)).endsWith(", expected a whole recording; copy it again from its source");
        }
    }

    /** Damage amid a file ends it too: what comes behind rests on what is lost. */
    @ParameterizedTest
    @ValueSource(strings = {"mp4", "mkv", "ts", "avi"})
    void whatIsDamagedGivesThePicturesBefore(String container) throws IOException {
        Path whole = whole(container);
        List<String> expected = read(whole).pictures();
        byte[] bytes = Files.readAllBytes(whole);
        Arrays.fill(bytes, bytes.length / 2, bytes.length * 6 / 10, (byte) 0);
        Path damaged = Files.write(folder.resolve("damaged." + container), bytes);

        Read read = read(damaged);

        assertThat(read.pictures()).hasSizeBetween(3, 20);
        assertThat(read.pictures().get(0)).isEqualTo(expected.get(0));
        assertThat(read.damage()).singleElement().asString().contains("found ", ", after picture ");
    }

    /** A file that was written to a pipe tells no length: whole as far as anyone can say. */
    @Test
    void aFileWithoutALengthIsWhole() throws IOException {
        byte[] bytes = Files.readAllBytes(whole("mkv"));
        int segment = indexOf(bytes, new byte[] {0x18, 0x53, (byte) 0x80, 0x67});
        bytes[segment + 4] = 1;
        Arrays.fill(bytes, segment + 5, segment + 12, (byte) 0xff);
        Path endless = Files.write(folder.resolve("endless.mkv"), bytes);

        assertThat(read(endless).pictures()).hasSize(25);
        assertThat(read(endless).damage()).isEmpty();

        Path cut = Files.write(folder.resolve("cut.mkv"), Arrays.copyOf(bytes, bytes.length / 2));
        assertThat(read(cut).damage()).singleElement().asString().contains("within a Cluster");
    }

    @Test
    void whatIsAppendedIsNoDamage() throws IOException {
        for (String container : List.of("mp4", "mkv", "avi")) {
            byte[] bytes = Files.readAllBytes(whole(container));
            byte[] more = Arrays.copyOf(bytes, bytes.length + 64);
            Arrays.fill(more, bytes.length, more.length, (byte) 0x55);

            assertThat(read(Files.write(folder.resolve("more." + container), more))
                            .damage())
                    .as(container)
                    .isEmpty();
        }
    }

    @Test
    void anIndexThatIsMissingIsNamed() throws IOException {
        Path whole = Remuxed.to(folder.resolve("behind.mp4"), PLAIN, new AVDictionary(null));
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut.mp4"), Arrays.copyOf(bytes, bytes.length / 2));

        assertThatThrownBy(() -> read(cut))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("found the end of the file at byte " + bytes.length / 2 + " within a box mdat")
                .hasMessageContaining("nothing before it that tells how to read it")
                .hasMessageEndingWith("expected a whole recording; copy it again from its source");
    }

    @Test
    void theContainerSaysWhenItBegan() throws IOException {
        Path told = Remuxed.to(folder.resolve("told.mp4"), PLAIN, new AVDictionary(null), "2021-05-04T03:02:01Z");
        try (FfmpegPictureSource source = new FfmpegPictureSource(told.toString(), FfmpegOptions.DEFAULTS)) {
            assertThat(source.beganAt()).contains(Instant.parse("2021-05-04T03:02:01Z"));
        }
        try (FfmpegPictureSource source = new FfmpegPictureSource(PLAIN.toString(), FfmpegOptions.DEFAULTS)) {
            assertThat(source.beganAt()).isEmpty();
        }
    }

    private Path whole(String container) throws IOException {
        AVDictionary settings = new AVDictionary(null);
        if (container.startsWith("m") && !container.equals("mkv")) {
            avutil.av_dict_set(settings, "movflags", "+faststart", 0);
        }
        Path from = container.equals("avi") ? whole("ts") : PLAIN; // both want start codes
        return Remuxed.to(folder.resolve("whole." + container), from, settings);
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = 0; ; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
    }

    private static Read read(Path path) throws IOException {
        List<String> pictures = new ArrayList<>();
        try (FfmpegPictureSource source = new FfmpegPictureSource(path.toString(), FfmpegOptions.DEFAULTS)) {
            for (Optional<TimedPicture> next = source.next(); next.isPresent(); next = source.next()) {
                pictures.add(Sha256.hex(next.get().picture().rgb()));
            }
            return new Read(pictures, source.damage());
        }
    }
}

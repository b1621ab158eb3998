package io.nolook.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.frame.ffmpeg.FfmpegPictureSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputsTest {

    @Test
    void limitsHoldForFilesToo(@TempDir Path folder) throws Exception {
        Path image = folder.resolve("a.png");
        Files.write(image, new PictureEncoder().png(new Picture(32, 16, new byte[32 * 16 * 3])));
        FrameLimits few = new FrameLimits(1 << 20, 500, 10);
        try (PictureSource source = Inputs.open(image.toString(), few)) {
            assertThat(source.next()).isEmpty();
            assertThat(source.damage()).singleElement().asString().contains("512 pixels, expected at most 500");
        }
        String video = "../operators/src/test/resources/cases/plain.mp4";
        assertThatThrownBy(() -> Inputs.open(video, few).next()).hasMessageContaining("at most 500 pixels");
        try (PictureSource source = Inputs.open(video, new FrameLimits(1 << 20, 320 * 240, 10))) {
            assertThat(source.next()).isPresent();
        }
    }

    /** They are files if they exist, whatever FFmpeg makes of such names. */
    @ParameterizedTest
    @ValueSource(
            strings = {"http:x.mp4", "a:b.mp4", "100%25 #1 'q\".mp4", "-i.mp4", "concat:a|b.mp4", "\u0645\u0645.mp4"})
    void oddNamesAreFiles(String name, @TempDir Path folder) throws Exception {
        Path made = folder.resolve(name);
        try (FfmpegPictureSink sink = new FfmpegPictureSink(made, 25)) {
            sink.write(new Picture(32, 16, new byte[32 * 16 * 3]));
        }
        Path here = Files.move(made, Path.of(name)); // with a folder before it FFmpeg is not misled
        try (PictureSource source = Inputs.open(name)) {
            assertThat(source.next()).isPresent();
        } finally {
            Files.delete(here);
        }
    }

    @Test
    void anUnfinishedFileLeavesWhatWasThere(@TempDir Path folder) throws Exception {
        Path wanted = Files.writeString(folder.resolve("new").resolveSibling("good.txt"), "good");
        try (UnfinishedFile file = new UnfinishedFile(wanted)) {
            Files.writeString(file.path(), "half");
        }
        assertThat(wanted).hasContent("good");
        try (UnfinishedFile file = new UnfinishedFile(wanted)) {
            Files.writeString(file.path(), "whole");
            file.finish();
        }
        assertThat(wanted).hasContent("whole");
        assertThat(folder.toFile().list()).containsExactly("good.txt");
    }

    @TempDir
    Path folder;

    private final SimulatedCamera camera = new SimulatedCamera(3, 32, 24);
    private final PictureEncoder encoder = new PictureEncoder();

    @Test
    void readsAFolderInNameOrder() throws Exception {
        for (int i : new int[] {2, 0, 1}) {
            Files.write(folder.resolve(String.format("%05d.png", i)), encoder.png(camera.picture(i)));
        }
        Files.write(folder.resolve("00003.JPG"), encoder.jpeg(camera.picture(3), 0.9));
        Files.writeString(folder.resolve("notes.txt"), "no image");
        Files.writeString(folder.resolve(".00000.png"), "hidden");
        Files.createDirectory(folder.resolve("more.png"));

        List<TimedPicture> read = readAll(folder.toString(), 10);

        assertThat(read).extracting(TimedPicture::atMicros).containsExactly(0L, 100_000L, 200_000L, 300_000L);
        for (int i = 0; i < 3; i++) {
            assertThat(read.get(i).picture().rgb()).isEqualTo(camera.picture(i).rgb());
        }
    }

    @Test
    void readsOneImage() throws Exception {
        Path image = Files.write(folder.resolve("still.png"), encoder.png(camera.picture(5)));

        assertThat(readAll(image.toString(), 25))
                .singleElement()
                .satisfies(read -> assertThat(read.picture().rgb())
                        .isEqualTo(camera.picture(5).rgb()));
    }

    @Test
    void readsAVideo() throws Exception {
        Path video = folder.resolve("clip.mp4");
        try (FfmpegPictureSink sink = new FfmpegPictureSink(video, 25)) {
            for (int i = 0; i < 6; i++) {
                sink.write(camera.picture(i));
            }
        }

        List<TimedPicture> read = readAll(video.toString(), 1);

        assertThat(read).hasSize(6);
        Picture last = read.get(5).picture();
        assertThat(last.width()).isEqualTo(32);
        assertThat(last.height()).isEqualTo(24);
        assertThat(read.get(5).atMicros()).isEqualTo(200_000);
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> Inputs.open("/nowhere/clip.mp4", 25))
                .isInstanceOf(IOException.class)
                .hasMessage("found nothing at /nowhere/clip.mp4, expected a video file, an image, a folder of images,"
                        + " a device or a URL; check the path");
        assertThatThrownBy(() -> Inputs.open(folder.toString(), 25))
                .isInstanceOf(IOException.class)
                .hasMessage("found no image in " + folder
                        + ", expected files ending in .jpg, .jpeg, .png, .webp, .bmp, .avif, .gif, .tif, .tiff; convert"
                        + " other formats");
    }

    @Test
    void namesTheImageThatIsDamaged() throws Exception {
        byte[] png = encoder.png(camera.picture(0));
        Path image = Files.write(folder.resolve("cut.png"), java.util.Arrays.copyOf(png, png.length - 20));

        try (PictureSource source = Inputs.open(image.toString())) {
            assertThat(source.next()).isEmpty();
            assertThat(source.damage()).singleElement().asString().startsWith(image + ": found a PNG ");
        }
    }

    @Test
    void refusesFilesBeyondTheLimitUnread() throws Exception {
        Path image = Files.write(folder.resolve("large.png"), new byte[2000]);
        try (ImageFolderSource source = new ImageFolderSource(image, 25, new FrameLimits(1000, 100, 1))) {
            assertThat(source.next()).isEmpty();
            assertThat(source.damage()).singleElement().asString().startsWith("found 2000 bytes in " + image);
        }
    }

    private static List<TimedPicture> readAll(String input, double rate) throws IOException {
        List<TimedPicture> pictures = new ArrayList<>();
        try (PictureSource source = Inputs.open(input, rate)) {
            for (Optional<TimedPicture> next = source.next(); next.isPresent(); next = source.next()) {
                pictures.add(next.get());
            }
        }
        return pictures;
    }
}

package io.nolook.frame.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.nolook.frame.Picture;
import io.nolook.frame.TimedPicture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FfmpegPictureTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"128, 128, 128, 128", "100, 62, 100, 62", "67, 45, 68, 46", "13, 11, 16, 16", "650, 360, 650, 360"})
    void readsBackWhatWasWritten(int width, int height, int codedWidth, int codedHeight) throws Exception {
        Path path = folder.resolve("clip.mp4");
        List<Picture> written = write(path, 23, 25, width, height);

        List<TimedPicture> read = readAll(path.toString());

        assertThat(read).hasSize(23);
        for (int i = 0; i < 23; i++) {
            Picture picture = read.get(i).picture();
            assertThat(picture.width()).isEqualTo(codedWidth);
            assertThat(picture.height()).isEqualTo(codedHeight);
            assertThat(read.get(i).atMicros()).isEqualTo(i * 40_000L);
            assertThat(difference(written.get(i), picture)).as("picture %d", i).isLessThan(6);
        }
    }

    @Test
    void keepsAnUnevenFrameRate() throws Exception {
        Path path = folder.resolve("clip.mp4");
        write(path, 5, 29.97, 64, 64);

        try (FfmpegPictureSource source = new FfmpegPictureSource(path.toString(), FfmpegOptions.DEFAULTS)) {
            assertThat(source.frameRate()).isBetween(29.96, 29.98);
        }
        assertThat(readAll(path.toString()).get(4).atMicros()).isBetween(133_400L, 133_500L);
    }

    @Test
    void staysAtTheEnd() throws Exception {
        Path path = folder.resolve("clip.mp4");
        write(path, 1, 10, 32, 32);

        try (FfmpegPictureSource source = new FfmpegPictureSource(path.toString(), FfmpegOptions.DEFAULTS)) {
            assertThat(source.next()).isPresent();
            assertThat(source.next()).isEmpty();
            assertThat(source.next()).isEmpty();
            source.close();
            source.close();
            assertThat(source.next()).isEmpty();
        }
    }

    @Test
    void readsOverHttp() throws Exception {
        Path path = folder.resolve("clip.mp4");
        write(path, 7, 10, 32, 32);
        byte[] bytes = Files.readAllBytes(path);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/clip.mp4", exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try {
            assertThat(readAll("http://127.0.0.1:" + server.getAddress().getPort() + "/clip.mp4"))
                    .hasSize(7);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void namesAMissingFile() {
        assertThatThrownBy(() -> open("/nowhere/clip.mp4"))
                .isInstanceOf(IOException.class)
                .hasMessage("found \"No such file or directory\" while opening /nowhere/clip.mp4, expected a readable"
                        + " video file, stream or device; check the address and who may read it");
    }

    @Test
    void refusesAFileThatIsNoVideo() throws Exception {
        Path path = folder.resolve("clip.mp4");
        Files.writeString(path, "not a video ".repeat(100));

        assertThatThrownBy(() -> open(path.toString()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("while opening " + path);
    }

    @Test
    void leavesPasswordsOutOfMessages() {
        assertThatThrownBy(() -> open("rtsp://user:secret@127.0.0.1:1/camera"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("while opening rtsp://127.0.0.1:1/camera")
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusesMorePixelsThanAllowed() throws Exception {
        Path path = folder.resolve("clip.mp4");
        write(path, 1, 10, 64, 64);
        FfmpegOptions few = new FfmpegOptions("", Duration.ofSeconds(1), 1000, Map.of());

        assertThatThrownBy(() -> {
                    try (FfmpegPictureSource source = new FfmpegPictureSource(path.toString(), few)) {
                        source.next();
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesPicturesOfAnotherSize() throws Exception {
        try (FfmpegPictureSink sink = new FfmpegPictureSink(folder.resolve("clip.mp4"), 10)) {
            sink.write(picture(32, 32, 0));

            assertThatThrownBy(() -> sink.write(picture(32, 48, 0)))
                    .hasMessageEndingWith("expected 32 x 32 like the first");
        }
    }

    @Test
    void namesAFolderThatIsMissing() throws Exception {
        try (FfmpegPictureSink sink = new FfmpegPictureSink(folder.resolve("missing/clip.mp4"), 10)) {
            assertThatThrownBy(() -> sink.write(picture(32, 32, 0)))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith("expected a folder that exists and may be written");
        }
    }

    @Test
    void writesNothingWithoutPictures() throws Exception {
        Path path = folder.resolve("clip.mp4");
        new FfmpegPictureSink(path, 10).close();

        assertThat(path).doesNotExist();
    }

    @Test
    void choosesTheDemuxerOfACameraDevice() {
        assertThat(FfmpegOptions.of("/dev/video0").demuxer()).isEqualTo("v4l2");
        assertThat(FfmpegOptions.of("clip.mp4")).isEqualTo(FfmpegOptions.DEFAULTS);
    }

    private static void open(String uri) throws IOException {
        new FfmpegPictureSource(uri, FfmpegOptions.DEFAULTS).close();
    }

    private static List<TimedPicture> readAll(String uri) throws IOException {
        List<TimedPicture> pictures = new ArrayList<>();
        try (FfmpegPictureSource source = new FfmpegPictureSource(uri, FfmpegOptions.DEFAULTS)) {
            for (Optional<TimedPicture> next = source.next(); next.isPresent(); next = source.next()) {
                pictures.add(next.get());
            }
        }
        return pictures;
    }

    private static List<Picture> write(Path path, int count, double rate, int width, int height) throws IOException {
        List<Picture> pictures = new ArrayList<>();
        try (FfmpegPictureSink sink = new FfmpegPictureSink(path, rate)) {
            for (int i = 0; i < count; i++) {
                Picture picture = picture(width, height, i);
                pictures.add(picture);
                sink.write(picture);
            }
        }
        return pictures;
    }

    /** Soft colours, unlike in each channel, so that a mixed-up matrix, range, axis or frame order shows. */
    private static Picture picture(int width, int height, int index) {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                rgb[i++] = (byte) (30 + 200 * x / width);
                rgb[i++] = (byte) (200 - 150 * y / height);
                rgb[i++] = (byte) (20 + 10 * index);
            }
        }
        return new Picture(width, height, rgb);
    }

    private static double difference(Picture original, Picture read) {
        long sum = 0;
        for (int y = 0; y < original.height(); y++) {
            for (int x = 0; x < 3 * original.width(); x++) {
                int a = original.rgb()[3 * y * original.width() + x] & 0xff;
                int b = read.rgb()[3 * y * read.width() + x] & 0xff;
                sum += Math.abs(a - b);
            }
        }
        return (double) sum / original.rgb().length;
    }
}

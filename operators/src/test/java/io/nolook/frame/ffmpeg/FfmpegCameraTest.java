package io.nolook.frame.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nolook.frame.CameraPicture;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameEncoding;
import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PicturesWanted;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cameras that send JPEGs over HTTP. */
class FfmpegCameraTest {
    private final List<byte[]> sent = new ArrayList<>();
    private HttpServer server;

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aJpegThatIsSmallEnoughIsPassedOnAsItIs() throws Exception {
        serve(10, 64, 48);
        List<CameraPicture> seen = read(new PicturesWanted(0, 48, true));
        assertThat(seen).hasSize(10).allSatisfy(picture -> {
            assertThat(picture.encoding()).isEqualTo(FrameEncoding.JPEG);
            assertThat(picture.width()).isEqualTo(64);
            assertThat(picture.sourceHeight()).isEqualTo(48);
        });
        for (int i = 0; i < 10; i++) {
            assertThat(seen.get(i).payload()).isEqualTo(sent.get(i));
        }
    }

    /** Also by the decoder's own halving, which begins with the second picture. */
    @Test
    void aLargerOneIsBroughtToSize() throws Exception {
        serve(6, 640, 360);
        List<CameraPicture> seen = read(new PicturesWanted(0, 120, true));
        assertThat(seen).hasSize(6);
        for (int i = 0; i < 6; i++) {
            CameraPicture picture = seen.get(i);
            assertThat(List.of(picture.sourceWidth(), picture.sourceHeight())).containsExactly(640, 360);
            assertThat(List.of(picture.width(), picture.height())).containsExactly(213, 120);
            assertThat(picture.encoding()).isEqualTo(FrameEncoding.RGB24);
            Picture whole = new FrameDecoder(FrameLimits.DEFAULTS).decode(ByteBuffer.wrap(sent.get(i)));
            Picture expected = new FrameFitter(FrameFit.STRETCH, 213, 120).fit(whole);
            assertThat(difference(expected.rgb(), picture.payload()))
                    .as("picture %d", i)
                    .isLessThan(3);
        }
    }

    /** A connection that breaks amid a picture: what came of it is none. */
    @Test
    void aPictureThatIsCutOffIsNotPassedOn() throws Exception {
        serve(3, 64, 48);
        sent.set(2, Arrays.copyOf(sent.get(2), sent.get(2).length / 2));
        assertThat(read(new PicturesWanted(0, 48, true))).as("passed on").hasSize(2);
        assertThat(read(new PicturesWanted(0, 24, true))).as("decoded").hasSize(2);
    }

    /** A source of 20 pictures a second, of which five are asked. */
    @Test
    void noMoreAreGivenThanAsked() throws Exception {
        serve(40, 64, 48);
        try (FfmpegCamera camera = open(new PicturesWanted(5, 0, false))) {
            List<Long> times = new ArrayList<>();
            for (Optional<CameraPicture> next = camera.next(); next.isPresent(); next = camera.next()) {
                times.add(next.get().atMicros());
            }
            assertThat(times)
                    .as("slots of 200 ms in 50 to 2,000 ms")
                    .hasSize(11)
                    .isSorted();
            assertThat(times.get(10) - times.get(1)).isEqualTo(9 * 200_000);
            assertThat(camera.leftOut()).isEqualTo(29);
        }
    }

    @Test
    void aNewResolutionIsFollowed() throws Exception {
        serve(3, 64, 48);
        for (int i = 0; i < 3; i++) {
            sent.add(jpeg(i, 320, 240));
        }
        for (int i = 0; i < 3; i++) {
            sent.add(jpeg(i, 32, 24));
        }
        List<CameraPicture> seen = read(new PicturesWanted(0, 48, false));
        assertThat(seen).extracting(CameraPicture::sourceWidth).containsExactly(64, 64, 64, 320, 320, 320, 32, 32, 32);
        assertThat(seen).extracting(CameraPicture::width).containsExactly(64, 64, 64, 64, 64, 64, 32, 32, 32);
    }

    /** More than JavaCPP has callbacks of a kind: each gives up by itself what sends a byte now and then. */
    @Test
    void manyThatStallAreAllGivenUp() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/mjpeg", FfmpegCameraTest::drip);
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/mjpeg";
        FfmpegOptions soon = FfmpegOptions.DEFAULTS.within(Duration.ofSeconds(1));
        List<Future<Object>> opened = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            opened.add(threads.submit(() -> {
                try (FfmpegCamera camera = new FfmpegCamera(url, soon, PicturesWanted.ALL)) {
                    return camera.next();
                }
            }));
        }
        for (Future<Object> each : opened) {
            assertThatThrownBy(() -> each.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IOException.class)
                    .hasMessageContaining("for 1 s, expected some; the stream stalls");
        }
        threads.shutdownNow();
    }

    private static void drip(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "multipart/x-mixed-replace;boundary=next");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 300; i++) {
                out.write('x');
                out.flush();
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double difference(byte[] a, byte[] b) {
        long sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((a[i] & 0xff) - (b[i] & 0xff));
        }
        return (double) sum / a.length;
    }

    private List<CameraPicture> read(PicturesWanted wanted) throws IOException {
        List<CameraPicture> seen = new ArrayList<>();
        try (FfmpegCamera camera = open(wanted)) {
            assertThat(camera.isLive()).isTrue();
            for (Optional<CameraPicture> next = camera.next(); next.isPresent(); next = camera.next()) {
                seen.add(next.get());
            }
        }
        return seen;
    }

    private FfmpegCamera open(PicturesWanted wanted) throws IOException {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/mjpeg";
        return new FfmpegCamera(url, FfmpegOptions.DEFAULTS.within(Duration.ofSeconds(5)), wanted, new Steps());
    }

    private void serve(int pictures, int width, int height) throws IOException {
        for (int i = 0; i < pictures; i++) {
            sent.add(jpeg(i, width, height));
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/mjpeg", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "multipart/x-mixed-replace;boundary=next");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (byte[] jpeg : sent) {
                String header = "--next\r\nContent-Type: image/jpeg\r\nContent-Length: " + jpeg.length + "\r\n\r\n";
                out.write(header.getBytes(StandardCharsets.US_ASCII));
                out.write(jpeg);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static byte[] jpeg(int number, int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                rgb[at] = (byte) (255 * x / width);
                rgb[at + 1] = (byte) (255 * y / height);
                rgb[at + 2] = (byte) (number * 20);
            }
        }
        return new PictureEncoder().jpeg(new Picture(width, height, rgb), 0.95);
    }

    /** Each look is 50 ms later. */
    private static final class Steps extends Clock {
        private long micros = 1_700_000_000_000_000L;

        @Override
        public Instant instant() {
            micros += 50_000;
            return Instant.EPOCH.plusNanos(micros * 1000);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}

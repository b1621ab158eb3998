package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.PictureEncoder;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.TopicRecords;
import io.nolook.local.EmbeddedBroker;
import io.nolook.schema.CameraStatus;
import io.nolook.schema.Frame;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A fleet over HTTP against a real broker: its file changes, a camera drops, its pages tell, and nobody tells a password. */
class CamerasCommandITCase {
    private static final String PASSWORD = "p@ss/w:rd";

    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    void aFleetFollowsItsFile(@TempDir Path folder) throws Exception {
        HttpServer cameras = mjpeg();
        String base = "http://127.0.0.1:" + cameras.getAddress().getPort();
        Path secret = Files.writeString(folder.resolve("secret"), PASSWORD);
        String gate = "  - {id: gate, address: \"" + base + "/gate?user=admin&pwd=${file:" + secret + "}\"}\n";
        String gone = "  - {id: gone, address: \"http://admin:${file:" + secret + "}@127.0.0.1:1/x\"}\n";
        Path file = Files.writeString(folder.resolve("cameras.yaml"), "cameras:\n" + gate + gone);
        StringWriter said = new StringWriter();
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            CompletableFuture<Integer> running =
                    CompletableFuture.supplyAsync(() -> cameras(broker, file, folder, said));
            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            KafkaSettings kafka = new KafkaSettings(options);
            await(() -> frames(kafka, "gate").size() > 5);
            String pages = page(said);
            await(() -> get(pages + "/cameras").contains("Connection refused"));

            Files.writeString(file, "cameras:\n" + gate + "  - {id: new, address: \"" + base + "/new\", rate: 5}\n");
            await(() -> frames(kafka, "new").size() > 3);
            Files.writeString(file, "cameras: [ {");
            await(() -> said.toString().contains("the cameras stay as they are"));
            int before = frames(kafka, "gate").size();
            await(() -> frames(kafka, "gate").size() > before + 5);

            assertThat(get(pages + "/cameras")).contains("\"gate\"", "\"new\"").doesNotContain("\"gone\"");
            assertThat(get(pages + "/health")).contains("\"cameras\": 2");
            assertThat(get(pages + "/metrics"))
                    .containsPattern("nolook_camera_frames_total\\{camera=\"gate\",group=\"\"} [1-9]");
            assertThat(get(pages + "/cameras") + said).doesNotContain("p@ss", "w:rd", "w%3Ard", "p%40ss");

            List<Frame> gateFrames = frames(kafka, "gate");
            assertThat(gateFrames)
                    .extracting(Frame::getEpoch)
                    .as("untouched by changes of others")
                    .containsOnly(gateFrames.get(0).getEpoch());
            assertThat(gateFrames.get(0).getHeight())
                    .as("the model's short side")
                    .isEqualTo(128);
            running.get(60, TimeUnit.SECONDS);
            assertThat(running).isCompletedWithValue(0);
            Map<String, Optional<CameraStatus>> last = status(kafka);
            assertThat(last.get("gone")).as("taken out").isEmpty();
            CameraStatus gateStatus = last.get("gate").orElseThrow();
            assertThat(gateStatus.getRating()).isEqualTo("offline");
            assertThat(gateStatus.getReason()).isEqualTo("its sender was stopped");
            assertThat(gateStatus.getSourceWidth()).isEqualTo(256);
            assertThat(gateStatus.getFrames()).isEqualTo(frames(kafka, "gate").size());
        } finally {
            end.countDown();
            cameras.stop(0);
        }
    }

    @Test
    void whatCannotWorkIsRefusedAtStart(@TempDir Path folder) throws Exception {
        StringWriter said = new StringWriter();
        Path file = Files.writeString(folder.resolve("cameras.yaml"), "cameras: [{id: a}]");
        assertThat(run(said, "cameras", "--config", file.toString(), "-D", "kafka.bootstrap.servers=127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(said.toString()).contains("cameras[0]: found no address, expected one");
        assertThat(run(said, "cameras", "-D", "kafka.bootstrap.servers=127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(said.toString()).contains("--config: found no file that ends in .yaml");
    }

    /** The last word on each camera; empty where it was taken out. */
    private static Map<String, Optional<CameraStatus>> status(KafkaSettings kafka) {
        SingleObject<CameraStatus> format = SingleObject.cameraStatus();
        Map<String, Optional<CameraStatus>> last = new HashMap<>();
        try (TopicReader reader = new TopicReader(kafka, kafka.cameraStatusTopic(), IsolationLevel.READ_UNCOMMITTED)) {
            reader.readToEnd(record -> last.put(
                    new String(record.key(), StandardCharsets.UTF_8),
                    Optional.ofNullable(record.value()).map(value -> decoded(format, value))));
        }
        return last;
    }

    private static CameraStatus decoded(SingleObject<CameraStatus> format, byte[] value) {
        try {
            return format.decode(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int cameras(EmbeddedBroker broker, Path file, Path folder, StringWriter said) {
        return run(
                said,
                "cameras",
                "--config",
                file.toString(),
                "--listen",
                "127.0.0.1:0",
                "--seconds",
                "30",
                "--state",
                folder.resolve("epochs").toString(),
                "-D",
                "kafka.bootstrap.servers=" + broker.bootstrapServers(),
                "-D",
                "topics.replication=1");
    }

    private static int run(StringWriter said, String... arguments) {
        CommandLine nolook = Main.commandLine();
        nolook.setErr(new PrintWriter(said, true));
        nolook.setOut(new PrintWriter(said, true));
        return nolook.execute(arguments);
    }

    private static String page(StringWriter said) {
        Matcher page = Pattern.compile("(http://127\\.0\\.0\\.1:\\d+)/cameras").matcher(said.toString());
        assertThat(page.find()).isTrue();
        return page.group(1);
    }

    private static String get(String url) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(25))
                .pollInterval(Duration.ofMillis(100))
                .until(condition);
    }

    private static List<Frame> frames(KafkaSettings kafka, String camera) {
        return TopicRecords.read(kafka, kafka.framesTopic(), IsolationLevel.READ_UNCOMMITTED, SingleObject.frames())
                .stream()
                .filter(frame -> frame.getCamera().equals(camera))
                .toList();
    }

    /** Motion JPEG as cameras send it: every path is one, and drops after 40 pictures. */
    private HttpServer mjpeg() throws IOException {
        SimulatedCamera simulated = new SimulatedCamera(3, 256, 192);
        PictureEncoder encoder = new PictureEncoder();
        byte[][] pictures = new byte[40][];
        for (int i = 0; i < pictures.length; i++) {
            pictures[i] = encoder.jpeg(simulated.picture(i), 0.8);
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> send(exchange, pictures));
        server.start();
        return server;
    }

    private void send(HttpExchange exchange, byte[][] pictures) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "multipart/x-mixed-replace; boundary=next");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (byte[] picture : pictures) {
                out.write(("--next\r\nContent-Type: image/jpeg\r\nContent-Length: " + picture.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.write(picture);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                if (end.await(40, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

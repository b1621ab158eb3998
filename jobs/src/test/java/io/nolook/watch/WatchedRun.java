package io.nolook.watch;

import io.nolook.camera.simulator.HttpCameras;
import io.nolook.camera.simulator.HttpVideo;
import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.cli.Main;
import io.nolook.frame.PictureEncoder;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.local.MetricsPage;
import io.nolook.schema.FrameEncoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import picocli.CommandLine;

/**
 * The tokenizing job and a fleet of cameras, with the pages of both: all that can be watched is there.
 *
 * <p>Two cameras send, one is not to be reached, and one has sent a picture that is none and fallen silent.
 */
final class WatchedRun implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern PAGE = Pattern.compile("http://(127\\.0\\.0\\.1:\\d+)/cameras");

    private final EmbeddedBroker broker;
    private final HttpCameras cameras;
    private final LocalJob<TokenizeJob> job;
    private final String jobPage;
    private final StringWriter said = new StringWriter();
    private final Thread fleet;

    private WatchedRun(Path folder) throws Exception {
        broker = EmbeddedBroker.start(Map.of());
        cameras = new HttpCameras(0, 15, HttpVideo.motionJpeg(pictures()), (camera, number) -> {});
        Configuration options = options();
        job = LocalJob.start(broker.bootstrapServers(), options, TokenizeJob::new);
        jobPage = options.getString("metrics.reporter.nolook-page.host", "") + ":"
                + options.getString("metrics.reporter.nolook-page.port", "");
        sendAndFallSilent(options);
        fleet = new Thread(() -> fleet(folder), "fleet");
        fleet.start();
    }

    /** Starts all of it; returns when every kind of camera has been seen. */
    static WatchedRun start(Path folder) throws Exception {
        WatchedRun run = new WatchedRun(folder);
        Awaitility.await("a silent camera, tokens, a checkpoint and a fleet")
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    Scrape job = run.job();
                    job.requirePositive("flink_taskmanager_job_task_operator_worst_camera_silenceSeconds");
                    job.requirePositive("flink_taskmanager_job_task_operator_tokenFrames");
                    job.requirePositive("flink_jobmanager_job_lastCheckpointCompletedTimestamp");
                    run.cameras().requirePositive("nolook_camera_frames_total");
                });
        return run;
    }

    /** HOST:PORT of the job's metrics. */
    String jobPage() {
        return jobPage;
    }

    /** HOST:PORT of the cameras' metrics. */
    String fleetPage() {
        Matcher page = PAGE.matcher(said.toString());
        if (!page.find()) {
            throw new AssertionError("found no address of the fleet's pages in: " + said);
        }
        return page.group(1);
    }

    Scrape job() throws IOException, InterruptedException {
        return Scrape.parse(get("http://" + jobPage + "/metrics"));
    }

    Scrape cameras() throws IOException, InterruptedException {
        return Scrape.parse(get("http://" + fleetPage() + "/metrics"));
    }

    private Configuration options() throws IOException {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.setString("inference.device", "cpu");
        options.setString("camera.silent-after", "1 s");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = free.getLocalPort();
            free.close();
            return MetricsPage.on(options, new InetSocketAddress("127.0.0.1", port));
        }
    }

    private static void sendAndFallSilent(Configuration options) {
        byte[] jpeg = new PictureEncoder().jpeg(new SimulatedCamera(5, 128, 128).picture(0), 0.8);
        try (FrameProducer producer = new FrameProducer(new KafkaSettings(options), 1 << 20)) {
            for (long n = 0; n < 5; n++) {
                long now = System.currentTimeMillis() * 1000;
                producer.send(new FrameProducer.Place("attic", 1, n, now), FrameEncoding.JPEG, 128, 128, jpeg);
            }
            producer.send(new FrameProducer.Place("attic", 1, 5, 1), FrameEncoding.JPEG, 128, 128, new byte[9]);
        }
    }

    private void fleet(Path folder) {
        try {
            String file = "cameras:\n"
                    + "  - {id: gate, address: \"" + cameras.address("gate") + "\"}\n"
                    + "  - {id: yard, address: \"" + cameras.address("yard") + "\"}\n"
                    + "  - {id: gone, address: \"http://127.0.0.1:1/x\"}\n";
            CommandLine nolook = Main.commandLine();
            nolook.setOut(new PrintWriter(said, true));
            nolook.setErr(new PrintWriter(said, true));
            nolook.execute(
                    "cameras",
                    "--config",
                    Files.writeString(folder.resolve("cameras.yaml"), file).toString(),
                    "--listen",
                    "127.0.0.1:0",
                    "--state",
                    folder.resolve("epochs").toString(),
                    "-D",
                    "kafka.bootstrap.servers=" + broker.bootstrapServers(),
                    "-D",
                    "topics.replication=1");
        } catch (IOException e) {
            said.write(e.toString());
        }
    }

    private static List<byte[]> pictures() {
        SimulatedCamera simulated = new SimulatedCamera(3, 128, 128);
        PictureEncoder encoder = new PictureEncoder();
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            pictures.add(encoder.jpeg(simulated.picture(i), 0.8));
        }
        return pictures;
    }

    static String get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Override
    public void close() throws Exception {
        fleet.interrupt();
        fleet.join(PATIENCE.toMillis());
        job.close();
        cameras.close();
        broker.close();
    }
}

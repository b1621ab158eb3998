package io.nolook.tool.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.RtspServer;
import io.nolook.camera.simulator.HttpCameras;
import io.nolook.camera.simulator.HttpVideo;
import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicLag;
import io.nolook.kafka.TopicRecords;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.VideoTokenizer;
import io.nolook.report.JsonFile;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.TokenFrame;
import io.nolook.tool.bench.FleetProcess;
import io.nolook.tool.verify.TopicVerification;
import io.nolook.tool.verify.VerifyReport;
import io.nolook.verification.Fate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet outlives its cameras and its broker, and tokens show each outage.
 *
 * <p>Process, sockets, broker and job are real. First each camera has a fault of its own, all at the same time; then the
 * broker restarts, and then it is away. {@code -Doutage.form=long} has more and longer ones; the report goes to {@code
 * target/outage}.
 */
class OutageITCase {
    private static final int FRAMES_PER_SECOND = 10;
    private static final int STALL_SECONDS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final HttpVideo WIDE = video(160, 128);
    private static final HttpVideo SQUARE = video(128, 128);

    private final OutageReport.Plan plan = OutageReport.Plan.asked();
    private final Map<String, HttpCameras> http = new ConcurrentHashMap<>();
    private final Map<String, List<Long>> backMillis = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final RtspServer rtsp = new RtspServer();
    private EmbeddedBroker broker;
    private KafkaSettings kafka;
    private FleetProcess fleet;
    private FramesWatch watch;
    private boolean hasRtsp;

    /** Something that goes wrong with a camera, and is over. */
    private interface Fault {
        void happens() throws Exception;
    }

    @Test
    void theFleetOutlivesCamerasAndBroker(@TempDir Path folder, TestReporter reporter) throws Exception {
        hasRtsp = RtspServer.isHere();
        if (!hasRtsp) {
            reporter.publishEntry("found no GStreamer RTSP server for Python (gir1.2-gst-rtsp-server-1.0): HTTP alone");
        }
        broker = EmbeddedBroker.start(Map.of());
        Configuration options = options();
        kafka = new KafkaSettings(options);
        new Topics(kafka, TokenizeSettings.of(options).frameMaxBytes()).ensure();
        watch = new FramesWatch(kafka);
        startCameras();
        fleet = new FleetProcess(
                folder,
                List.of(),
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                file(),
                fleetOptions(options));
        await("all cameras", () -> watch.cameras().size() == http.size() + (hasRtsp ? 1 : 0));
        CompletableFuture<Void> failing = CompletableFuture.runAsync(this::camerasFail, threads);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            failing.join();
            job.awaitRunning(PATIENCE);
            CompletableFuture<VideoTokenizer> tokenizer = CompletableFuture.supplyAsync(
                    () -> new OnnxTokenizerLoader(TokenizeSettings.of(options)).open(), threads);
            brokerFails();
            Map<String, OutageReport.Camera> cameras = accounts();
            long stopMillis = stopFleet();
            await("the last frame", () -> TopicLag.uncheckpointedFrames(kafka) == 0);
            job.drain();
            Map<String, List<TokenFrame>> tokens = TopicRecords.tokens(kafka, kafka.tokensTopic());
            VerifyReport verdict = verified(tokenizer.join());
            OutageReport report = new OutageReport(
                    plan, faults(), cameras, chunks(tokens), verdict.passed(), verdict.frames(), stopMillis);
            JsonFile.write(Path.of("target", "outage", "outage.json"), report);
            check(report, verdict);
        } finally {
            stopAll();
        }
    }

    private Configuration options() {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 4);
        options.set(TokenizeOptions.FRAME_SIZE, "64x64");
        options.setString("inference.device", "cpu");
        options.setString("execution.checkpointing.tolerable-failed-checkpoints", "1000");
        options.setString("restart-strategy.fixed-delay.attempts", "1000000");
        // a look for new partitions fails the job while the broker is away; to cancel a task then, whose transaction
        // cannot
        // be aborted, ends Flink's TaskManager, and here nobody starts another
        options.setString("kafka.partition.discovery.interval.ms", "-1");
        return options;
    }

    private static Configuration fleetOptions(Configuration options) {
        Configuration some = new Configuration(options);
        some.removeKey("execution.checkpointing.tolerable-failed-checkpoints");
        some.removeKey("restart-strategy.fixed-delay.attempts");
        some.removeKey("kafka.partition.discovery.interval.ms");
        return some;
    }

    private void startCameras() throws Exception {
        for (String id : List.of("dropped", "ended", "stalled", "refused", "resized")) {
            http.put(id, new HttpCameras(0, FRAMES_PER_SECOND, WIDE, (camera, number) -> {}));
        }
        if (hasRtsp) {
            rtsp.start();
        }
    }

    private String file() {
        Map<String, String> addresses = new TreeMap<>();
        http.forEach((id, camera) -> addresses.put(id, camera.address("video")));
        if (hasRtsp) {
            addresses.put("rtsp", rtsp.address());
        }
        return addresses.entrySet().stream()
                .map(camera -> "  - {id: " + camera.getKey() + ", address: \"" + camera.getValue() + "\"}\n")
                .collect(Collectors.joining("", "defaults: {stall: " + STALL_SECONDS + " s}\ncameras:\n", ""));
    }

    /** Every picture ends with white rows: one that was cut off does not. */
    private static HttpVideo video(int width, int height) {
        SimulatedCamera simulated = new SimulatedCamera(3, width, height);
        PictureEncoder encoder = new PictureEncoder();
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Picture picture = simulated.picture(i);
            Arrays.fill(picture.rgb(), 3 * width * (height - 16), picture.rgb().length, (byte) 255);
            pictures.add(encoder.jpeg(picture, 0.8));
        }
        return HttpVideo.motionJpeg(pictures);
    }

    private void camerasFail() {
        List<CompletableFuture<Void>> all = List.of(
                fails("dropped", plan.drops(), () -> http.get("dropped").drop()),
                fails("ended", plan.rounds(), () -> http.get("ended").end()),
                fails("stalled", plan.rounds(), this::stall),
                fails("refused", plan.rounds(), this::refuse),
                fails("rtsp", hasRtsp ? plan.rounds() : 0, () -> {
                    rtsp.kill();
                    rtsp.start();
                }));
        http.get("resized").show(SQUARE);
        await(
                "pictures of another size",
                () -> watch.cameras().get("resized").newest().width() == 64);
        all.forEach(CompletableFuture::join);
    }

    /** A fault after the other; each is waited for until the camera has sent again, behind a hole in its numbers. */
    private CompletableFuture<Void> fails(String camera, int times, Fault fault) {
        return CompletableFuture.runAsync(
                () -> {
                    for (int i = 0; i < times; i++) {
                        int before = watch.cameras().get(camera).holes();
                        happens(fault);
                        took(camera, () -> watch.cameras().get(camera).holes() > before);
                    }
                },
                threads);
    }

    private static void happens(Fault fault) {
        try {
            fault.happens();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void stall() {
        http.get("stalled").stall();
        lives(plan.stalledSeconds());
        http.get("stalled").goOn();
    }

    private void refuse() throws Exception {
        HttpCameras before = http.get("refused");
        before.close();
        lives(plan.refusedSeconds());
        http.put("refused", new HttpCameras(before.port(), FRAMES_PER_SECOND, WIDE, (camera, number) -> {}));
    }

    private void brokerFails() {
        for (int away : List.of(0, plan.awaySeconds())) {
            broker.stop();
            lives(away);
            broker.startAgain();
            long back = System.currentTimeMillis() * 1000;
            took(
                    away == 0 ? "broker restarted" : "broker away",
                    () -> watch.cameras().values().stream()
                            .allMatch(camera -> camera.newest().capturedAtMicros() > back));
        }
    }

    private void took(String what, Callable<Boolean> holds) {
        long began = System.nanoTime();
        await(what, holds);
        backMillis
                .computeIfAbsent(what, kind -> new CopyOnWriteArrayList<>())
                .add((System.nanoTime() - began) / 1_000_000);
    }

    private static void await(String what, Callable<Boolean> holds) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(holds);
    }

    /** So long the fleet's process is there, and answers. */
    private void lives(int seconds) {
        Duration time = Duration.ofSeconds(seconds);
        Awaitility.await("a fleet that lives")
                .during(time)
                .atMost(time.plusSeconds(10))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> fleet.alive() && fleet.page("/health").contains("status"));
    }

    /** Once all is well: holes are what reconnects and drops explain. */
    private Map<String, OutageReport.Camera> accounts() throws Exception {
        Map<String, OutageReport.Camera> cameras = new TreeMap<>();
        for (String id : watch.cameras().keySet()) {
            long reconnects = fleet.metric("nolook_camera_reconnects_last_hour", id);
            long dropped = fleet.metric("nolook_camera_dropped_total", id, "reason=\"broker\"");
            List<FramesWatch.Sent> frames = watch.cameras().get(id).frames();
            long missing = frames.get(frames.size() - 1).sequence() + 1 - frames.size();
            cameras.put(id, new OutageReport.Camera(frames.size(), missing, reconnects, dropped));
        }
        return cameras;
    }

    private long stopFleet() throws InterruptedException {
        assertThat(fleet.alive()).as("the process that was started").isTrue();
        long began = System.nanoTime();
        fleet.stop();
        return (System.nanoTime() - began) / 1_000_000;
    }

    private VerifyReport verified(VideoTokenizer opened) throws InterruptedException {
        TokenizeSettings settings = TokenizeSettings.of(kafka.configuration());
        try (VideoTokenizer tokenizer = opened) {
            return new TopicVerification(settings, kafka, TopicVerification.Extent.ALL).run(tokenizer, frames -> {});
        }
    }

    private List<OutageReport.Faults> faults() {
        return backMillis.entrySet().stream()
                .map(kind -> {
                    List<Long> sorted = kind.getValue().stream().sorted().toList();
                    int count = sorted.size();
                    return new OutageReport.Faults(kind.getKey(), count, sorted.get(count / 2), sorted.get(count - 1));
                })
                .toList();
    }

    /** No chunk spans a hole; the frame behind one begins a clip, and says why. */
    private OutageReport.Chunks chunks(Map<String, List<TokenFrame>> tokens) {
        long afterGap = 0;
        long longestStepMicros = 0;
        for (Map.Entry<String, List<TokenFrame>> camera : tokens.entrySet()) {
            List<FramesWatch.Sent> frames = watch.cameras().get(camera.getKey()).frames();
            Map<Long, TokenFrame> byFirst =
                    camera.getValue().stream().collect(Collectors.toMap(TokenFrame::getFirstSequence, frame -> frame));
            TokenFrame chunk = byFirst.get(0L);
            for (int i = 1; i < frames.size(); i++) {
                FramesWatch.Sent before = frames.get(i - 1);
                FramesWatch.Sent now = frames.get(i);
                TokenFrame begins = byFirst.get(now.sequence());
                if (now.sequence() > before.sequence() + 1) {
                    assertThat(begins).as(camera.getKey() + " from " + now).isNotNull();
                    assertThat(begins.getPosition()).isZero();
                    assertThat(begins.getKeyframeReason()).isEqualTo(KeyframeReason.GAP);
                    afterGap++;
                }
                if (begins == null) {
                    assertThat(now.sequence()).isLessThanOrEqualTo(chunk.getLastSequence());
                    longestStepMicros = Math.max(longestStepMicros, now.capturedAtMicros() - before.capturedAtMicros());
                } else {
                    chunk = begins;
                }
            }
        }
        long count = tokens.values().stream().mapToLong(List::size).sum();
        return new OutageReport.Chunks(count, afterGap, longestStepMicros / 1000);
    }

    private void check(OutageReport report, VerifyReport verdict) {
        assertThat(verdict.cameras().stream().flatMap(camera -> camera.examples().stream()))
                .isEmpty();
        assertThat(verdict.passed()).isTrue();
        Map<String, FramesWatch.Camera> seen = watch.cameras();
        assertThat(verdict.frames())
                .as("each frame once, and in order")
                .containsOnly(Map.entry(
                        Fate.TOKENIZED,
                        seen.values().stream()
                                .mapToLong(camera -> camera.frames().size())
                                .sum()));
        report.cameras().forEach((id, camera) -> {
            long explained = camera.reconnects() + camera.dropped();
            assertThat(camera.missing()).as(id).isBetween(camera.reconnects(), explained);
            List<FramesWatch.Sent> frames = seen.get(id).frames();
            assertThat(frames)
                    .extracting(FramesWatch.Sent::epoch)
                    .containsOnly(frames.get(0).epoch());
            assertThat(id.equals("rtsp") || frames.stream().allMatch(FramesWatch.Sent::brightEnd))
                    .as("pictures of " + id + " that nothing cut off")
                    .isTrue();
        });
        assertThat(report.chunks().afterGap())
                .isEqualTo(seen.values().stream()
                        .mapToLong(FramesWatch.Camera::holes)
                        .sum());
        assertThat(report.chunks().longestStepMillis())
                .as("a longer silence is an outage")
                .isLessThan(STALL_SECONDS * 1000L);
        assertThat(report.stopMillis()).isLessThan(10_000);
    }

    private void stopAll() throws Exception {
        threads.shutdownNow();
        fleet.close();
        for (HttpCameras camera : http.values()) {
            camera.close();
        }
        rtsp.close();
        watch.close();
        broker.close();
    }
}

package io.nolook.tool.bench;

import io.nolook.camera.simulator.HttpCameras;
import io.nolook.camera.simulator.HttpVideo;
import io.nolook.failure.IntakeException;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.TemporaryFolder;
import io.nolook.schema.Frame;
import io.nolook.schema.SingleObject;
import io.nolook.tool.eval.Ffmpeg;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;

/**
 * What a camera costs: fleets of some sizes, each a process of its own on core 0, where there is a {@code taskset}.
 *
 * <p>The cameras send pre-coded pictures of 640 x 360 over HTTP, from this process, which holds the broker too. Pin it to
 * another core. The fleet's JVM has the options of this one.
 */
public final class FleetBench {
    private static final Path TASKSET = Path.of("/usr/bin/taskset");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Configuration options;
    private final Plan plan;
    private final PrintWriter out;

    /**
     * What is measured.
     *
     * @param cameras of each fleet
     * @param framesPerSecond of each camera
     * @param warmSeconds before the clock runs
     * @param seconds that it runs
     */
    public record Plan(List<Integer> cameras, double framesPerSecond, int warmSeconds, int seconds) {}

    /**
     * One fleet.
     *
     * @param video how the pictures are coded
     * @param framesPerSecond of all cameras, on the topic
     * @param held share of the frames sent that are on the topic
     * @param heldLeast the same, of the camera that has the least
     * @param cpuSeconds of the process for a second of one camera
     * @param residentBytes of the process at the end
     * @param late from the sending of a picture to its record's append time on the broker
     * @param unmatched records whose picture was not sent before, as its number says
     */
    public record Cost(
            String video,
            int cameras,
            double framesPerSecond,
            double held,
            double heldLeast,
            double cpuSeconds,
            long residentBytes,
            Lateness late,
            long unmatched) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "%s, %d cameras: %.1f frames/s (%.1f %%, least %.1f %%), %.4f CPU s a camera-second, resident %.0f"
                            + " MiB, late p50 %d ms, p99 %d ms, at most %d ms",
                    video,
                    cameras,
                    framesPerSecond,
                    100 * held,
                    100 * heldLeast,
                    cpuSeconds,
                    residentBytes / 1048576.0,
                    late.p50Millis(),
                    late.p99Millis(),
                    late.mostMillis());
        }
    }

    /** How late records are, of all cameras. */
    public record Lateness(long p50Millis, long p99Millis, long mostMillis) {

        static Lateness of(List<Long> millis) {
            List<Long> sorted = millis.stream().sorted().toList();
            if (sorted.isEmpty()) {
                return new Lateness(-1, -1, -1);
            }
            int last = sorted.size() - 1;
            return new Lateness(sorted.get(last / 2), sorted.get(last * 99 / 100), sorted.get(last));
        }
    }

    /** All fleets, in order. */
    public record Result(Plan plan, boolean pinned, List<Cost> fleets) implements Finding {

        @Override
        public List<String> lines() {
            return fleets.stream().map(Cost::line).toList();
        }
    }

    public FleetBench(Configuration options, Plan plan, PrintWriter out) {
        this.options = new Configuration(options);
        this.options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        this.plan = plan;
        this.out = out;
    }

    public Result run() throws Exception {
        List<Cost> costs = new ArrayList<>();
        try (TemporaryFolder folder = TemporaryFolder.create("nolook-bench-");
                EmbeddedBroker broker = EmbeddedBroker.start(Map.of("log.message.timestamp.type", "LogAppendTime"))) {
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            for (Map.Entry<String, HttpVideo> video : videos(folder.path()).entrySet()) {
                for (int cameras : plan.cameras()) {
                    String name = video.getKey() + "-" + cameras;
                    options.set(KafkaOptions.FRAMES_TOPIC, "frames-" + name);
                    Path own = Files.createDirectory(folder.path().resolve(name));
                    costs.add(new Fleet(cameras, own).cost(video.getKey(), video.getValue()));
                    out.println(costs.get(costs.size() - 1).line());
                    out.flush();
                }
            }
        }
        return new Result(plan, Files.isExecutable(TASKSET), costs);
    }

    private Map<String, HttpVideo> videos(Path folder) throws IOException {
        out.println("coding " + NumberedPictures.count() + " pictures");
        out.flush();
        Map<String, HttpVideo> videos = new LinkedHashMap<>();
        videos.put("mjpeg", NumberedPictures.motionJpeg());
        Optional<Ffmpeg> ffmpeg = Ffmpeg.find(List.of("libx264"));
        if (ffmpeg.isPresent()) {
            videos.put("h264", NumberedPictures.h264(ffmpeg.get(), plan.framesPerSecond(), folder));
        } else {
            out.println("found no ffmpeg with libx264: H.264 is left out");
        }
        return videos;
    }

    /** One fleet and its cameras. */
    private final class Fleet {
        private final int cameras;
        private final Path folder;
        private final KafkaSettings kafka = new KafkaSettings(options);
        private final Map<String, ConcurrentSkipListSet<Long>> sentMillis = new ConcurrentHashMap<>();

        Fleet(int cameras, Path folder) {
            this.cameras = cameras;
            this.folder = folder;
        }

        Cost cost(String name, HttpVideo video) throws Exception {
            new Topics(kafka, TokenizeSettings.of(options).frameMaxBytes()).ensure();
            List<String> starter =
                    Files.isExecutable(TASKSET) ? List.of(TASKSET.toString(), "-c", "0") : List.<String>of();
            List<String> java = ManagementFactory.getRuntimeMXBean().getInputArguments();
            try (HttpCameras sending = new HttpCameras(0, plan.framesPerSecond(), video, this::sends);
                    FleetProcess fleet =
                            new FleetProcess(folder, starter, java, file(sending), FleetProcess.options(options))) {
                awaitAll();
                TimeUnit.SECONDS.sleep(plan.warmSeconds());
                long from = System.currentTimeMillis();
                Duration cpu = fleet.cpu();
                TimeUnit.SECONDS.sleep(plan.seconds());
                Duration used = fleet.cpu().minus(cpu);
                long to = System.currentTimeMillis();
                long resident = fleet.residentBytes();
                fleet.stop();
                return cost(name, from, to, used, resident);
            }
        }

        private void sends(String camera, long number) {
            sentMillis
                    .computeIfAbsent(key(camera, number), key -> new ConcurrentSkipListSet<>())
                    .add(System.currentTimeMillis());
        }

        private static String key(String camera, long number) {
            return camera + "/" + number % NumberedPictures.count();
        }

        private String file(HttpCameras sending) {
            return IntStream.range(0, cameras)
                    .mapToObj(i -> "  - {id: camera-" + i + ", address: \"" + sending.address("camera-" + i) + "\"}")
                    .collect(Collectors.joining("\n", "cameras:\n", "\n"));
        }

        private void awaitAll() throws InterruptedException, IOException {
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (frames(0, Long.MAX_VALUE, (frame, millis) -> {}).size() < cameras) {
                if (System.nanoTime() > until) {
                    throw new IllegalStateException("found cameras without a frame after " + PATIENCE + ", expected "
                            + cameras + " that send:\n" + Files.readString(folder.resolve("cameras.log")));
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }

        private Cost cost(String video, long from, long to, Duration cpu, long resident) {
            NumberedPictures pictures = new NumberedPictures();
            List<Long> late = new ArrayList<>();
            Map<String, Integer> frames = frames(from, to, (frame, millis) -> {
                int number = pictures.numberOf(frame.getPayload());
                ConcurrentSkipListSet<Long> sent = sentMillis.get(key(frame.getCamera(), number));
                Long when = sent == null ? null : sent.floor(millis);
                late.add(when == null ? -1 : millis - when);
            });
            long unmatched = late.stream().filter(millis -> millis < 0).count();
            late.removeIf(millis -> millis < 0);
            double expected = plan.framesPerSecond() * (to - from) / 1e3;
            long all = frames.values().stream().mapToLong(Integer::longValue).sum();
            long least = frames.size() < cameras
                    ? 0
                    : frames.values().stream()
                            .mapToLong(Integer::longValue)
                            .min()
                            .orElse(0);
            return new Cost(
                    video,
                    cameras,
                    all * 1e3 / (to - from),
                    all / expected / cameras,
                    least / expected,
                    cpu.toNanos() / 1e6 / (to - from) / cameras,
                    resident,
                    Lateness.of(late),
                    unmatched);
        }

        /** Frames by camera that were appended in this time, each of them handed over. */
        private Map<String, Integer> frames(long fromMillis, long toMillis, Each each) {
            SingleObject<Frame> format = SingleObject.frames();
            Map<String, Integer> frames = new TreeMap<>();
            try (TopicReader reader = new TopicReader(kafka, kafka.framesTopic(), IsolationLevel.READ_UNCOMMITTED)) {
                reader.readToEnd(record -> {
                    if (record.timestamp() >= fromMillis && record.timestamp() < toMillis) {
                        try {
                            Frame frame = format.decode(record.value());
                            frames.merge(frame.getCamera(), 1, Integer::sum);
                            each.take(frame, record.timestamp());
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        } catch (IntakeException e) {
                            throw new IllegalStateException("found a frame that cannot be decoded", e);
                        }
                    }
                });
            }
            return frames;
        }
    }

    /** What is done with a frame and its append time. */
    private interface Each {
        void take(Frame frame, long millis) throws IOException, IntakeException;
    }
}

package io.nolook.tool.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicLag;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;

/**
 * Cameras that come, send for a moment and never come back: what the process holds after each batch of them.
 *
 * <p>Broker, cameras and job share the process. A wave of cameras comes when the wave before it has been taken, so that
 * every moment has the same load behind it. Sizes are taken after full collections, once the last cameras' state has
 * outlived {@code camera.idle-ttl}. Resident memory follows the heap as it grows to its limit: only a heap that is there
 * whole from the start tells of the rest.
 */
public final class TurnoverBench {
    private static final Duration TTL = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int FRAMES = 9;
    private static final int WAVE = 20;
    private static final int COLLECTIONS = 8;

    private final Configuration options;
    private final int step;
    private final int all;
    private final PrintWriter out;

    /**
     * What the process held at one moment.
     *
     * @param cameras that had come and gone
     * @param heapBytes after full collections
     * @param heapLimitBytes what the heap takes of the resident memory at most
     * @param residentBytes heap and native memory; 0 where the system does not tell
     * @param files open file descriptors; 0 where the system does not tell
     */
    public record Held(int cameras, long heapBytes, long heapLimitBytes, long residentBytes, int threads, long files) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "after %d cameras: heap %.1f MiB, resident %.0f MiB with a heap limit of %.0f MiB, %d threads, %d files",
                    cameras,
                    heapBytes / 1048576.0,
                    residentBytes / 1048576.0,
                    heapLimitBytes / 1048576.0,
                    threads,
                    files);
        }

        /** What stays when the collector, and what waits for it, have gone by a few times. */
        static Held after(int cameras) throws IOException, InterruptedException {
            long heap = Long.MAX_VALUE;
            for (int i = 0; i < COLLECTIONS; i++) {
                System.gc();
                TimeUnit.MILLISECONDS.sleep(200);
                heap = Math.min(
                        heap,
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            }
            Path statm = Path.of("/proc/self/statm");
            return new Held(
                    cameras,
                    heap,
                    Runtime.getRuntime().maxMemory(),
                    Files.exists(statm) ? Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096 : 0,
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                            ? unix.getOpenFileDescriptorCount()
                            : 0);
        }
    }

    /**
     * @param step cameras between two measurements
     * @param all cameras until the last
     */
    public TurnoverBench(Configuration options, int step, int all, PrintWriter out) {
        this.options = new Configuration(options);
        this.options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        this.options.set(InferenceOptions.CAMERA_IDLE_TTL, TTL);
        this.options.set(TokenizeOptions.EPOCH_RESET_AFTER, TTL.dividedBy(2));
        this.step = step;
        this.all = all;
        this.out = out;
    }

    /** What was held after each step, in order. */
    public record Result(List<Held> held) implements Finding {

        @Override
        public List<String> lines() {
            return List.of(held.get(0).line(), held.get(held.size() - 1).line());
        }
    }

    public Result run() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            Configuration configuration = new Configuration(options);
            configuration.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            KafkaSettings kafka = new KafkaSettings(configuration);
            TokenizeSettings settings = TokenizeSettings.of(configuration);
            try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), configuration);
                    BenchCameras cameras = new BenchCameras(kafka, settings, BenchPictures.of(settings.frameSize()))) {
                job.awaitRunning(PATIENCE);
                List<Held> held = new ArrayList<>();
                for (int gone = 0; gone < all; gone += step) {
                    comeAndGo(cameras, kafka, gone, Math.min(all, gone + step));
                    held.add(Held.after(Math.min(all, gone + step)));
                    out.println(held.get(held.size() - 1).line());
                    out.flush();
                }
                return new Result(held);
            }
        }
    }

    private static void comeAndGo(BenchCameras cameras, KafkaSettings kafka, int from, int to)
            throws InterruptedException {
        for (int wave = from; wave < to; wave += WAVE) {
            for (int frame = 0; frame < FRAMES; frame++) {
                for (int camera = wave; camera < Math.min(to, wave + WAVE); camera++) {
                    cameras.send(camera, frame);
                }
            }
            awaitTaken(kafka);
        }
        TimeUnit.MILLISECONDS.sleep(4 * TTL.toMillis());
    }

    private static void awaitTaken(KafkaSettings kafka) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (TopicLag.uncheckpointedFrames(kafka) > 0) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException(
                        "found frames that were not taken in " + PATIENCE + ", expected the job to take them");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }
}

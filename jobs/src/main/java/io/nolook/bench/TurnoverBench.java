package io.nolook.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import io.nolook.flink.InferenceOptions;
import io.nolook.flink.TokenizeSettings;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicLag;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.tokenize.TokenizeJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;

/**
 * Cameras that come, send for a moment and never come back: what the process holds after the first and after the last.
 *
 * <p>Broker, cameras and job share the process. Sizes are taken after a full collection, once the last cameras' state has
 * outlived {@code camera.idle-ttl}.
 */
public final class TurnoverBench {
    private static final Duration TTL = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int FRAMES = 9;
    private static final int WAVE = 20;

    private final Configuration options;
    private final int plateau;
    private final int all;
    private final PrintWriter out;

    /**
     * What the process held at one moment.
     *
     * @param cameras that had come and gone
     * @param heapBytes after a full collection
     * @param residentBytes heap and native memory; 0 where the system does not tell
     * @param files open file descriptors; 0 where the system does not tell
     */
    public record Held(int cameras, long heapBytes, long residentBytes, int threads, long files) {}

    /** The two moments. */
    public record Result(Held plateau, Held end) {}

    /**
     * @param plateau cameras until the first measurement
     * @param all cameras until the last
     */
    public TurnoverBench(Configuration options, int plateau, int all, PrintWriter out) {
        this.options = new Configuration(options);
        this.options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        this.options.set(InferenceOptions.CAMERA_IDLE_TTL, TTL);
        this.plateau = plateau;
        this.all = all;
        this.out = out;
    }

    public Result run() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            Configuration configuration = new Configuration(options);
            configuration.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            KafkaSettings kafka = new KafkaSettings(configuration);
            TokenizeSettings settings = TokenizeSettings.of(configuration);
            try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), configuration);
                    BenchCameras cameras = new BenchCameras(kafka, settings)) {
                job.awaitRunning(PATIENCE);
                comeAndGo(cameras, kafka, 0, plateau);
                Held first = held(plateau);
                comeAndGo(cameras, kafka, plateau, all);
                return new Result(first, held(all));
            }
        }
    }

    private void comeAndGo(BenchCameras cameras, KafkaSettings kafka, int from, int to) throws InterruptedException {
        for (int wave = from; wave < to; wave += WAVE) {
            for (int frame = 0; frame < FRAMES; frame++) {
                for (int camera = wave; camera < Math.min(to, wave + WAVE); camera++) {
                    cameras.send("camera-" + camera, frame);
                }
            }
            TimeUnit.MILLISECONDS.sleep(500);
            if ((wave - from) % (10 * WAVE) == 0) {
                out.printf("%d of %d cameras%n", wave, all);
                out.flush();
            }
        }
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (TopicLag.uncheckpointedFrames(kafka) > 0 && System.nanoTime() < until) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        TimeUnit.MILLISECONDS.sleep(4 * TTL.toMillis());
    }

    private static Held held(int cameras) throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(200);
        }
        Path statm = Path.of("/proc/self/statm");
        return new Held(
                cameras,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                Files.exists(statm) ? Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096 : 0,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                        ? unix.getOpenFileDescriptorCount()
                        : 0);
    }
}

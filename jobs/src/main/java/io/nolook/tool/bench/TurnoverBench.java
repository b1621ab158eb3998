package io.nolook.tool.bench;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicLag;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private final Configuration options;
    private final int step;
    private final int all;
    private final PrintWriter out;

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

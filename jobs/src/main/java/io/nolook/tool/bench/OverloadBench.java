package io.nolook.tool.bench;

import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicLag;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.VideoTokenizer;
import io.nolook.tool.verify.TopicVerification;
import io.nolook.tool.verify.VerifyReport;
import io.nolook.verification.Fate;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;

/**
 * Cameras that send more than the model can take, once with {@code overload = block} and once with {@code skip}.
 *
 * <p>Broker, cameras, job and reader share the process and its cores. Each run ends with the verifier over every frame.
 */
public final class OverloadBench {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Configuration options;
    private final int cameras;
    private final double framesPerSecond;
    private final int seconds;
    private final PrintWriter out;

    /**
     * What became of the frames of one run.
     *
     * @param overload policy
     * @param sent frames
     * @param tokenized frames
     * @param skipped frames, all recorded in the token stream
     * @param p50AgeMillis from sending a token frame's last frame to reading its tokens (read_uncommitted)
     * @param p99AgeMillis of the same
     * @param verified whether the verifier found every frame in its place
     */
    public record Outcome(
            String overload,
            long sent,
            long tokenized,
            long skipped,
            double p50AgeMillis,
            double p99AgeMillis,
            boolean verified) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "overload = %s: %d sent, %d tokenized, %d skipped, %s; age of tokens p50 %.2f s, p99 %.2f s",
                    overload,
                    sent,
                    tokenized,
                    skipped,
                    verified ? "verified" : "NOT VERIFIED",
                    p50AgeMillis / 1e3,
                    p99AgeMillis / 1e3);
        }
    }

    /**
     * The runs of one overload.
     *
     * @param framesPerSecond that all cameras sent together
     * @param seconds that they did
     * @param throughput that the overload was made from
     */
    public record Result(double framesPerSecond, int seconds, ThroughputBench.Result throughput, List<Outcome> runs)
            implements Finding {

        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>(throughput.lines());
            lines.add(String.format(Locale.ROOT, "%.0f frames/s for %d s", framesPerSecond, seconds));
            runs.forEach(run -> lines.add(run.line()));
            return lines;
        }

        @Override
        public boolean right() {
            return runs.stream().allMatch(Outcome::verified);
        }
    }

    /**
     * @param framesPerSecond of all cameras together
     * @param seconds that they send
     */
    public OverloadBench(Configuration options, int cameras, double framesPerSecond, int seconds, PrintWriter out) {
        this.options = new Configuration(options);
        this.options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        this.cameras = cameras;
        this.framesPerSecond = framesPerSecond;
        this.seconds = seconds;
        this.out = out;
    }

    public Outcome run(TokenizeOptions.Overload overload) throws Exception {
        Configuration configuration = new Configuration(options);
        configuration.set(TokenizeOptions.OVERLOAD, overload);
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            configuration.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            KafkaSettings kafka = new KafkaSettings(configuration);
            TokenizeSettings settings = TokenizeSettings.of(configuration);
            double[] ages;
            long sent;
            try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), configuration)) {
                job.awaitRunning(PATIENCE);
                try (TokenWatch watch = new TokenWatch(kafka, IsolationLevel.READ_UNCOMMITTED)) {
                    sent = send(kafka, settings);
                    await(kafka);
                    job.drain();
                    ages = watch.ages(0);
                }
            }
            VerifyReport verdict = verify(settings, kafka);
            return new Outcome(
                    overload.name(),
                    sent,
                    verdict.frames().getOrDefault(Fate.TOKENIZED, 0L),
                    verdict.frames().getOrDefault(Fate.SKIPPED, 0L),
                    TokenWatch.percentile(ages, 50),
                    TokenWatch.percentile(ages, 99),
                    verdict.passed() && verdict.received() == sent);
        }
    }

    private long send(KafkaSettings kafka, TokenizeSettings settings) {
        long frames = Math.round(framesPerSecond * seconds / cameras);
        long second = Math.max(1, Math.round(framesPerSecond));
        try (BenchCameras sending = new BenchCameras(kafka, settings, BenchPictures.of(settings.frameSize()))) {
            sending.openLoop(cameras, 0, frames, framesPerSecond, sent -> {
                if (sent % second == 0) {
                    out.printf(Locale.ROOT, "%d of %d frames sent%n", sent, frames * cameras);
                    out.flush();
                }
            });
        }
        return frames * cameras;
    }

    private static void await(KafkaSettings kafka) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (TopicLag.uncheckpointedFrames(kafka) > 0) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("found frames that no checkpoint has read after " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private VerifyReport verify(TokenizeSettings settings, KafkaSettings kafka) throws InterruptedException {
        out.println("verifying every frame");
        try (VideoTokenizer tokenizer = new OnnxTokenizerLoader(settings).open()) {
            return new TopicVerification(settings, kafka, TopicVerification.Extent.ALL).run(tokenizer, done -> {});
        }
    }
}

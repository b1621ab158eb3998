package io.nolook.tool.bench.suite;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.LocalCluster;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.tool.bench.BenchCameras;
import io.nolook.tool.bench.BenchPictures;
import io.nolook.tool.bench.BenchTopics;
import io.nolook.tool.bench.OfflineTokens;
import io.nolook.tool.bench.Pace;
import io.nolook.tool.bench.Spread;
import io.nolook.tool.bench.TokenWatch;
import io.nolook.tool.bench.page.Chapter;
import io.nolook.tool.bench.page.Grid;
import io.nolook.tool.bench.page.LinePlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;

/**
 * Cameras go on sending while the TaskManager ends and another takes over: when tokens are in real time again.
 *
 * <p>In one process, where the end is noticed at once: {@code nolook chaos} kills processes.
 */
final class RecoverySuite implements Suite.Run {
    private static final double LOAD = 0.3;
    private static final long PATIENCE_SECONDS = 120;
    private static final long BIN_MICROS = 250_000;
    private static final double LEAST_LATE_MILLIS = 500;
    private static final String COLUMNS =
            "failure|longest silence, s|read_uncommitted in real time after, s|read_committed in real time after, s";

    private final SuitePlan plan;
    private final Configuration options;
    private final double betweenSeconds;
    private final BenchPictures pictures;
    private final List<Long> failures = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private long began;

    RecoverySuite(SuitePlan plan) {
        this.plan = plan;
        options = new Configuration(plan.options());
        if (!options.contains(CheckpointingOptions.CHECKPOINTING_INTERVAL)) {
            options.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
        }
        betweenSeconds = plan.extent().choose(3.0, 10.0);
        pictures = BenchPictures.of(plan.settings().frameSize());
    }

    @Override
    public Chapter chapter() throws Exception {
        double rate = LOAD * bareRate();
        int count = plan.repeats();
        long frames = Math.round(rate * betweenSeconds * (count + 1) / plan.cameras());
        OfflineTokens expected = OfflineTokens.of(plan.settings(), pictures, frames);
        try (BenchTopics topics = BenchTopics.start(options)) {
            KafkaSettings kafka = topics.kafka("recovery");
            try (TokenWatch sent = new TokenWatch(kafka, IsolationLevel.READ_UNCOMMITTED);
                    TokenWatch committed = new TokenWatch(kafka, IsolationLevel.READ_COMMITTED)) {
                run(topics.options("recovery"), kafka, committed, rate, frames);
                committed.awaitFrames(frames * plan.cameras() + 1, PATIENCE_SECONDS);
                OfflineTokens.Comparison compared = expected.compare(committed.byCamera());
                boolean same = compared.same() && committed.frames() == frames * plan.cameras() + 1;
                for (int i = 0; i < failures.size(); i++) {
                    row(i, sent.arrivals(), committed.arrivals());
                }
                return chapter(rate, compared, same, sent, committed);
            }
        }
    }

    private Chapter chapter(
            double rate, OfflineTokens.Comparison compared, boolean same, TokenWatch sent, TokenWatch committed) {
        return new Chapter(
                Suite.RECOVERY.toString(),
                "Recovery: the TaskManager ends",
                List.of(SuitePlan.text(
                        "%d cameras send %.0f frames/s together, %.0f %% of the bare model, and go on while the"
                                + " TaskManager ends with all that it holds and another one is started; %d times, %.0f s"
                                + " apart. Checkpoints every %.1f s. In real time again: after the last token frame that"
                                + " is older than twice the p99 before, at least 0.5 s. One process: the end is noticed"
                                + " at once, where a cluster waits for a heartbeat.",
                        plan.cameras(),
                        rate,
                        100 * LOAD,
                        failures.size(),
                        betweenSeconds,
                        options.get(CheckpointingOptions.CHECKPOINTING_INTERVAL).toMillis() / 1e3)),
                List.of(Grid.of("Recovery", COLUMNS, rows)),
                List.of(new LinePlot(
                        "Age of tokens as they came, the oldest of each quarter second",
                        "seconds since the start",
                        "ms",
                        LinePlot.Scale.LINEAR,
                        List.of(
                                new LinePlot.Line("read_uncommitted", oldest(sent.arrivals())),
                                new LinePlot.Line("read_committed", oldest(committed.arrivals()))))),
                List.of(SuitePlan.text(
                        "%d committed token frames, none missing, none repeated, all those of the offline run: %s",
                        compared.tokenFrames(), same ? "yes" : "NO")),
                same);
    }

    private double bareRate() {
        SessionSettings session = plan.settings().inference().session();
        byte[] file = ModelFiles.encoder(plan.settings().encoder(), session);
        try (OnnxVideoTokenizer open = OnnxVideoTokenizer.open(file, session)) {
            return Pace.bare(open, plan.settings()).framesPerSecond();
        }
    }

    private void run(Configuration own, KafkaSettings kafka, TokenWatch committed, double rate, long frames)
            throws Exception {
        try (LocalCluster cluster = LocalCluster.start(own, TokenizeJob::new);
                BenchCameras cameras = new BenchCameras(kafka, TokenizeSettings.of(own), pictures)) {
            cameras.send(plan.cameras(), 0); // one more camera: its first token frame tells that the job runs
            committed.awaitFrames(1, PATIENCE_SECONDS);
            began = BenchCameras.nowMicros();
            Thread sending =
                    new Thread(() -> cameras.openLoop(plan.cameras(), 0, frames, rate, done -> {}), "bench-cameras");
            sending.start();
            for (int i = 0; i < plan.repeats(); i++) {
                TimeUnit.MICROSECONDS.sleep(
                        began + Math.round((i + 1) * betweenSeconds * 1e6) - BenchCameras.nowMicros());
                failures.add(BenchCameras.nowMicros());
                cluster.replaceTaskManager();
                plan.say("the TaskManager ended for the %d. time", i + 1);
            }
            sending.join();
            committed.awaitFrames(
                    (frames - 4) * plan.cameras(), PATIENCE_SECONDS); // of the rest only tails are missing
            cluster.drain();
        }
    }

    private void row(int which, List<TokenWatch.Arrival> sent, List<TokenWatch.Arrival> committed) {
        long failed = failures.get(which);
        long until = which + 1 < failures.size() ? failures.get(which + 1) : Long.MAX_VALUE;
        rows.add(List.of(
                Integer.toString(which + 1),
                SuitePlan.text("%.2f", silence(sent, failed, until)),
                SuitePlan.text("%.2f", realTime(sent, failed, until)),
                SuitePlan.text("%.2f", realTime(committed, failed, until))));
    }

    /** The longest time between two failures in which no token frame came, seconds. */
    private static double silence(List<TokenWatch.Arrival> arrivals, long failed, long until) {
        long last = failed;
        long longest = 0;
        for (TokenWatch.Arrival arrival : arrivals) {
            if (arrival.atMicros() > failed && arrival.atMicros() < until) {
                longest = Math.max(longest, arrival.atMicros() - last);
                last = arrival.atMicros();
            }
        }
        return longest / 1e6;
    }

    /** Seconds until the last late token frame between two failures had come. */
    private double realTime(List<TokenWatch.Arrival> arrivals, long failed, long until) {
        double[] before = arrivals.stream()
                .filter(arrival -> arrival.atMicros() < failures.get(0))
                .filter(arrival -> arrival.tokens().getLastCapturedAtMicros() > began)
                .mapToDouble(TokenWatch.Arrival::ageMillis)
                .sorted()
                .toArray();
        double late = Math.max(LEAST_LATE_MILLIS, 2 * TokenWatch.percentile(before, 99));
        return arrivals.stream()
                .filter(arrival -> arrival.atMicros() > failed && arrival.atMicros() < until)
                .filter(arrival -> arrival.ageMillis() > late)
                .mapToDouble(arrival -> (arrival.atMicros() - failed) / 1e6)
                .max()
                .orElse(0);
    }

    private List<LinePlot.Point> oldest(List<TokenWatch.Arrival> arrivals) {
        TreeMap<Long, Double> bins = new TreeMap<>();
        for (TokenWatch.Arrival arrival : arrivals) {
            if (arrival.tokens().getLastCapturedAtMicros() >= began) {
                bins.merge((arrival.atMicros() - began) / BIN_MICROS, arrival.ageMillis(), Math::max);
            }
        }
        List<LinePlot.Point> points = new ArrayList<>();
        bins.forEach((bin, age) -> points.add(new LinePlot.Point(bin * BIN_MICROS / 1e6, Spread.of(age))));
        return points;
    }
}

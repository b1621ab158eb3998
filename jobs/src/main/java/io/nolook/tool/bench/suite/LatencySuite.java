package io.nolook.tool.bench.suite;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.LocalJob;
import io.nolook.tool.bench.BenchCameras;
import io.nolook.tool.bench.BenchPictures;
import io.nolook.tool.bench.BenchTopics;
import io.nolook.tool.bench.FilledTopic;
import io.nolook.tool.bench.JobRun;
import io.nolook.tool.bench.OfflineTokens;
import io.nolook.tool.bench.Spread;
import io.nolook.tool.bench.TokenWatch;
import io.nolook.tool.bench.page.Chapter;
import io.nolook.tool.bench.page.Grid;
import io.nolook.tool.bench.page.LinePlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;

/**
 * How old tokens are when they come, at shares of what is sustained.
 *
 * <p>Open loop: every camera sends when its frame is due, whatever became of those before, and age counts from then.
 */
final class LatencySuite implements Suite.Run {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};
    private static final String COLUMNS = "load|frames/s|reader|p50 ms|p90 ms|p99 ms|p99.9 ms";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** More than any model spends, to estimate how long a topic must be. */
    private static final double FAST = 1000;

    private final SuitePlan plan;
    private final Configuration options;
    private final double seconds;
    private final double warmup;
    private final BenchPictures pictures;
    private final Map<String, Map<Double, List<double[]>>> found = new LinkedHashMap<>();
    private long tokenFrames;
    private boolean same = true;

    LatencySuite(SuitePlan plan) {
        this.plan = plan;
        options = new Configuration(plan.options());
        if (!options.contains(CheckpointingOptions.CHECKPOINTING_INTERVAL)) {
            options.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
        }
        seconds = plan.extent().choose(2.0, 12.0);
        warmup = plan.extent().choose(1.0, 10.0);
        pictures = BenchPictures.of(plan.settings().frameSize());
    }

    @Override
    public Chapter chapter() throws Exception {
        double rate = sustained();
        List<Double> loads = plan.extent().choose(List.of(0.5), List.of(0.5, 0.8, 0.95));
        long most = frames(rate * loads.get(loads.size() - 1));
        OfflineTokens expected = OfflineTokens.of(plan.settings(), pictures, most);
        for (int repeat = 0; repeat < plan.repeats(); repeat++) {
            for (double load : loads) {
                run(load, rate * load, expected);
            }
        }
        List<List<String>> rows = new ArrayList<>();
        List<LinePlot.Line> lines = new ArrayList<>();
        found.forEach((reader, byLoad) -> add(reader, byLoad, rate, rows, lines));
        return new Chapter(
                Suite.LATENCY.toString(),
                "Latency: from a token's last frame to the token",
                List.of(SuitePlan.text(
                        "%d cameras send when their frames are due (open loop), at shares of the %.0f frames/s that the"
                                + " job sustained at full speed just before. Age counts from the moment when the last"
                                + " frame of a token frame was due. Checkpoints every %.1f s, exactly-once: a"
                                + " read_committed reader waits for the next one. %.0f s a run, after %.0f s.",
                        plan.cameras(),
                        rate,
                        options.get(CheckpointingOptions.CHECKPOINTING_INTERVAL).toMillis() / 1e3,
                        seconds,
                        warmup)),
                List.of(Grid.of("Age of tokens", COLUMNS, rows)),
                List.of(new LinePlot(
                        "Age of tokens", "load, % of what is sustained", "ms", LinePlot.Scale.LINEAR, lines)),
                List.of(SuitePlan.text(
                        "%d token frames: %s those of the offline run", tokenFrames, same ? "all are" : "NOT all are")),
                same);
    }

    private double sustained() throws Exception {
        double run = plan.extent().choose(1.0, 5.0);
        try (FilledTopic topic = FilledTopic.of(options, pictures.size(), plan.cameras(), FAST, run)) {
            OfflineTokens expected = OfflineTokens.of(plan.settings(), pictures, topic.frames());
            JobRun job = JobRun.of(topic.topics(), "sustained", new Configuration(), topic.clock(run), expected);
            same = job.compared().same();
            tokenFrames += job.compared().tokenFrames();
            plan.say("sustained: %.1f frames/s", job.pace().framesPerSecond());
            return job.pace().framesPerSecond();
        }
    }

    private long frames(double rate) {
        return Math.round(rate * (seconds + warmup) / plan.cameras());
    }

    private void run(double load, double rate, OfflineTokens expected) throws Exception {
        try (BenchTopics topics = BenchTopics.start(options)) {
            KafkaSettings kafka = topics.kafka("latency");
            Configuration own = topics.options("latency");
            long frames = frames(rate);
            try (var job = LocalJob.start(own.get(KafkaOptions.BOOTSTRAP_SERVERS), own);
                    TokenWatch sent = new TokenWatch(kafka, IsolationLevel.READ_UNCOMMITTED);
                    TokenWatch committed = new TokenWatch(kafka, IsolationLevel.READ_COMMITTED);
                    BenchCameras cameras = new BenchCameras(kafka, TokenizeSettings.of(own), pictures)) {
                job.awaitRunning(PATIENCE);
                long from = BenchCameras.nowMicros() + Math.round(warmup * 1e6);
                cameras.openLoop(plan.cameras(), 0, frames, rate, done -> {});
                committed.awaitFrames((frames - 4) * plan.cameras(), PATIENCE.toSeconds());
                keep("read_uncommitted", load, sent.ages(from));
                keep("read_committed", load, committed.ages(from));
                OfflineTokens.Comparison compared = expected.compare(committed.byCamera());
                tokenFrames += compared.tokenFrames();
                same &= compared.same();
            }
        }
    }

    private void keep(String reader, double load, double[] ages) {
        double[] percentiles = new double[PERCENTILES.length];
        for (int i = 0; i < percentiles.length; i++) {
            percentiles[i] = TokenWatch.percentile(ages, PERCENTILES[i]);
        }
        plan.say("load %.0f %%, %s: p50 %.0f ms, p99 %.0f ms", 100 * load, reader, percentiles[0], percentiles[2]);
        found.computeIfAbsent(reader, key -> new TreeMap<>())
                .computeIfAbsent(load, key -> new ArrayList<>())
                .add(percentiles);
    }

    private void add(
            String reader,
            Map<Double, List<double[]>> byLoad,
            double rate,
            List<List<String>> rows,
            List<LinePlot.Line> lines) {
        List<List<LinePlot.Point>> points = new ArrayList<>();
        for (int i = 0; i < PERCENTILES.length; i++) {
            points.add(new ArrayList<>());
        }
        byLoad.forEach((load, runs) -> {
            List<String> row = new ArrayList<>(
                    List.of(SuitePlan.text("%.0f %%", 100 * load), SuitePlan.text("%.0f", rate * load), reader));
            for (int i = 0; i < PERCENTILES.length; i++) {
                int which = i;
                Spread spread = Spread.of(runs.stream().map(run -> run[which]).toList());
                row.add(spread.text(0));
                points.get(i).add(new LinePlot.Point(100 * load, spread));
            }
            rows.add(row);
        });
        lines.add(new LinePlot.Line(reader + ", p50", points.get(0)));
        lines.add(new LinePlot.Line(reader + ", p99", points.get(2)));
    }
}

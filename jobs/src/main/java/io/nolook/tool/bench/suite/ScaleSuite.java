package io.nolook.tool.bench.suite;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.LocalJob;
import io.nolook.local.TemporaryFolder;
import io.nolook.tool.bench.BenchCameras;
import io.nolook.tool.bench.BenchPictures;
import io.nolook.tool.bench.BenchTopics;
import io.nolook.tool.bench.Held;
import io.nolook.tool.bench.OfflineTokens;
import io.nolook.tool.bench.Pace;
import io.nolook.tool.bench.Spread;
import io.nolook.tool.bench.TokenWatch;
import io.nolook.tool.bench.page.Chapter;
import io.nolook.tool.bench.page.Grid;
import io.nolook.tool.bench.page.LinePlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.kafka.common.IsolationLevel;

/**
 * The same number of frames from ever more cameras: what a frame costs, what is held, saved and restored.
 *
 * <p>First every camera sends one frame, so that all are registered; then as many as are active send theirs by turns.
 */
final class ScaleSuite implements Suite.Run {
    private static final long PATIENCE_SECONDS = 600;
    private static final int CHUNK = 4;
    private static final int MOST_ACTIVE = 1000;
    private static final int RESUMED = 8;
    private static final double MIB = 1048576;
    private static final String COLUMNS = "registered cameras|active|frames of each|frames/s|CPU ms a frame"
            + "|heap MiB|savepoint MiB|KiB a camera|s to save|s to restore";

    private final SuitePlan plan;
    private final Configuration options;
    private final long budget;
    private final BenchPictures pictures;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<LinePlot.Point> costs = new ArrayList<>();
    private final List<LinePlot.Point> heaps = new ArrayList<>();
    private final List<LinePlot.Point> saved = new ArrayList<>();
    private long tokenFrames;
    private boolean same = true;

    ScaleSuite(SuitePlan plan) {
        this.plan = plan;
        options = new Configuration(plan.options());
        if (!options.contains(StateBackendOptions.STATE_BACKEND)) {
            options.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        }
        budget = plan.extent().choose(200, 8000);
        pictures = BenchPictures.of(plan.settings().frameSize());
    }

    /** How many frames of the budget an active camera sends, in whole chunks. */
    private long framesOf(int active) {
        return Math.max(2, budget / active / CHUNK) * CHUNK;
    }

    @Override
    public Chapter chapter() throws Exception {
        List<Integer> fleets = plan.extent().choose(List.of(20), List.of(8, 100, 1000, 10_000));
        OfflineTokens expected = OfflineTokens.of(plan.settings(), pictures, 1 + framesOf(fleets.get(0)) + CHUNK);
        for (int fleet : fleets) {
            run(fleet, expected);
        }
        return new Chapter(
                Suite.SCALE.toString(),
                "Scale: more cameras, each with fewer frames",
                List.of(SuitePlan.text(
                        "Every camera sends one frame; then the active ones send about %d together, by turns, at full"
                                + " speed: that is what costs are of. State backend %s. Heap is what stays after full"
                                + " collections. Restoring is from the start of the job to its first token frame. One run"
                                + " each.",
                        budget, options.get(StateBackendOptions.STATE_BACKEND))),
                List.of(Grid.of("Scale", COLUMNS, rows)),
                List.of(
                        plot("CPU of a frame", "ms", costs),
                        plot("Heap in use", "MiB", heaps),
                        plot("Savepoint", "MiB", saved)),
                List.of(SuitePlan.text(
                        "%d token frames, before and after the restart: %s those of the offline run",
                        tokenFrames, same ? "all are" : "NOT all are")),
                same);
    }

    private static LinePlot plot(String title, String unit, List<LinePlot.Point> points) {
        return new LinePlot(
                title,
                "registered cameras",
                unit,
                LinePlot.Scale.LOGARITHMIC,
                List.of(new LinePlot.Line(title, List.copyOf(points))));
    }

    /** What was measured before the job was stopped. */
    private record Cost(double framesPerSecond, double cpuMillis, Held held, double saveSeconds) {}

    private void run(int fleet, OfflineTokens expected) throws Exception {
        int active = Math.min(fleet, MOST_ACTIVE);
        try (BenchTopics topics = BenchTopics.start(options);
                TemporaryFolder folder = TemporaryFolder.create("nolook-scale-")) {
            KafkaSettings kafka = topics.kafka("scale");
            Configuration own = topics.options("scale");
            try (TokenWatch watch = new TokenWatch(kafka, IsolationLevel.READ_UNCOMMITTED);
                    BenchCameras cameras = new BenchCameras(kafka, TokenizeSettings.of(own), pictures)) {
                cameras.fill(fleet, 0, 1);
                Cost cost = cost(fleet, own, watch, cameras, folder.path());
                long bytes = bytes(folder.path());
                double restore = restore(fleet, own, watch, cameras, folder.path());
                OfflineTokens.Comparison compared = expected.compare(watch.byCamera());
                tokenFrames += compared.tokenFrames();
                same &= compared.same();
                plan.say(
                        "%d cameras: %.2f ms of CPU a frame, heap %.0f MiB, savepoint %.1f MiB in %.1f s, restored in %.1f s",
                        fleet,
                        cost.cpuMillis(),
                        cost.held().heapBytes() / MIB,
                        bytes / MIB,
                        cost.saveSeconds(),
                        restore);
                add(fleet, active, cost, bytes, restore);
            }
        }
    }

    private Cost cost(int fleet, Configuration own, TokenWatch watch, BenchCameras cameras, Path folder)
            throws Exception {
        int active = Math.min(fleet, MOST_ACTIVE);
        long frames = framesOf(active);
        try (var job = LocalJob.start(own.get(KafkaOptions.BOOTSTRAP_SERVERS), own)) {
            watch.awaitFrames(fleet, PATIENCE_SECONDS);
            plan.say("%d cameras are registered", fleet);
            cameras.fill(active, 1, 1 + frames);
            // the first quarter is warm-up
            watch.awaitFrames(fleet + active * frames / 4, PATIENCE_SECONDS);
            long began = System.nanoTime();
            long cpu = Pace.cpuNanos();
            long from = watch.frames();
            watch.awaitFrames(fleet + active * frames, PATIENCE_SECONDS);
            double counted = watch.frames() - from;
            double seconds = (System.nanoTime() - began) / 1e9;
            double cpuMillis = (Pace.cpuNanos() - cpu) / 1e6 / counted;
            Held held = Held.after(fleet);
            long saving = System.nanoTime();
            job.suspend(folder);
            return new Cost(counted / seconds, cpuMillis, held, (System.nanoTime() - saving) / 1e9);
        }
    }

    /** Seconds until the first token frame of a job that goes on from the savepoint. */
    private double restore(int fleet, Configuration own, TokenWatch watch, BenchCameras cameras, Path folder)
            throws Exception {
        int active = Math.min(fleet, MOST_ACTIVE);
        int resumed = Math.min(RESUMED, active);
        long next = 1 + framesOf(active);
        cameras.fill(resumed, next, next + CHUNK);
        long before = watch.frames();
        Configuration resuming = new Configuration(own);
        resuming.set(
                StateRecoveryOptions.SAVEPOINT_PATH, savepoint(folder).toUri().toString());
        long began = System.nanoTime();
        try (var job = LocalJob.start(own.get(KafkaOptions.BOOTSTRAP_SERVERS), resuming)) {
            watch.awaitFrames(before + 1, PATIENCE_SECONDS);
            double seconds = (System.nanoTime() - began) / 1e9;
            watch.awaitFrames(before + (long) resumed * CHUNK, PATIENCE_SECONDS);
            return seconds;
        }
    }

    private static Path savepoint(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow(() -> new IOException("found no savepoint in " + folder));
        }
    }

    private static long bytes(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private void add(int fleet, int active, Cost cost, long bytes, double restore) {
        costs.add(new LinePlot.Point(fleet, Spread.of(cost.cpuMillis())));
        heaps.add(new LinePlot.Point(fleet, Spread.of(cost.held().heapBytes() / MIB)));
        saved.add(new LinePlot.Point(fleet, Spread.of(bytes / MIB)));
        rows.add(List.of(
                Integer.toString(fleet),
                Integer.toString(active),
                Long.toString(framesOf(active)),
                SuitePlan.text("%.1f", cost.framesPerSecond()),
                SuitePlan.text("%.2f", cost.cpuMillis()),
                SuitePlan.text("%.0f", cost.held().heapBytes() / MIB),
                SuitePlan.text("%.1f", bytes / MIB),
                SuitePlan.text("%.0f", bytes / 1024.0 / fleet),
                SuitePlan.text("%.1f", cost.saveSeconds()),
                SuitePlan.text("%.1f", restore)));
    }
}

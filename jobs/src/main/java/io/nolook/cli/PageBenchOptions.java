package io.nolook.cli;

import io.nolook.frame.FrameSize;
import io.nolook.option.OptionSources;
import io.nolook.tool.bench.page.BenchReport;
import io.nolook.tool.bench.page.Chapter;
import io.nolook.tool.bench.page.Machine;
import io.nolook.tool.bench.peer.Peer;
import io.nolook.tool.bench.peer.PeerBench;
import io.nolook.tool.bench.peer.PeerPlan;
import io.nolook.tool.bench.suite.Suite;
import io.nolook.tool.bench.suite.SuitePlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of the benchmarks that end as a page, and what they ask for. */
final class PageBenchOptions {

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "WIDTHxHEIGHT",
            defaultValue = "128x128,1280x720,1920x1080",
            description = "Sizes of the pictures of peers (default: ${DEFAULT-VALUE}).")
    private List<String> sizes;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PEER",
            description = "Peers to run: nolook-int8, nolook, nolook-record, python-loop, python-loop-int8,"
                    + " python-stream, java, java-windowed (default: all).")
    private List<String> only = List.of();

    @Option(
            names = "--suites",
            split = ",",
            paramLabel = "SUITE",
            description = "Suites of all: ceiling, decode, throughput, latency, scale, recovery (default: all).")
    private List<String> suites = List.of();

    @Option(names = "--quick", description = "all in a minute, to see that everything works; its figures mean little.")
    private boolean quick;

    @Option(
            names = "--repeats",
            defaultValue = "3",
            description =
                    "Runs of each thing, by turns; slow peers run once with large frames (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(
            names = "--run-seconds",
            defaultValue = "4",
            description = "Seconds that a run of peers is measured after its start (default: ${DEFAULT-VALUE}).")
    private double runSeconds;

    @Option(
            names = "--peers",
            paramLabel = "DIR",
            defaultValue = "deploy/bench/peers",
            description = "The Python peers; their virtual environment is made in it (default: ${DEFAULT-VALUE}).")
    private Path peers;

    BenchReport peers(OptionSources options, int cameras, PrintWriter out) throws Exception {
        List<Peer> wanted = only.isEmpty()
                ? List.of(Peer.values())
                : only.stream().map(Peer::parse).toList();
        PeerPlan plan = new PeerPlan(
                peers, cameras, sizes.stream().map(FrameSize::parse).toList(), wanted, repeats, runSeconds);
        return report("nolook beside its peers", () -> new PeerBench(options.read(), plan, out).run());
    }

    BenchReport all(OptionSources options, int cameras, PrintWriter out) throws Exception {
        List<Suite> wanted = suites.isEmpty()
                ? List.of(Suite.values())
                : suites.stream().map(Suite::parse).toList();
        SuitePlan.Extent extent = quick ? SuitePlan.Extent.QUICK : SuitePlan.Extent.FULL;
        repeats = quick ? 1 : repeats;
        SuitePlan plan = new SuitePlan(options.read(), cameras, repeats, extent, out);
        return report(quick ? "nolook, measured quickly" : "nolook, measured", () -> Suite.run(wanted, plan));
    }

    /** Makes chapters. */
    private interface Chapters {
        List<Chapter> run() throws Exception;
    }

    private BenchReport report(String title, Chapters measured) throws Exception {
        Instant began = Instant.now();
        Machine machine = Machine.here();
        List<Chapter> chapters = measured.run();
        return new BenchReport(
                title,
                began.truncatedTo(ChronoUnit.SECONDS).toString(),
                new Main.Version().getVersion()[0],
                machine,
                repeats,
                ChronoUnit.MILLIS.between(began, Instant.now()) / 1e3,
                chapters);
    }
}

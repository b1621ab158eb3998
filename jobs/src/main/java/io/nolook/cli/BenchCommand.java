package io.nolook.cli;

import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.frame.FrameSize;
import io.nolook.media.MediaKind;
import io.nolook.option.OptionSources;
import io.nolook.report.JsonFile;
import io.nolook.tool.bench.ArchiveBench;
import io.nolook.tool.bench.BackfillBench;
import io.nolook.tool.bench.DecodeBench;
import io.nolook.tool.bench.Finding;
import io.nolook.tool.bench.FleetBench;
import io.nolook.tool.bench.OverloadBench;
import io.nolook.tool.bench.RecognitionBench;
import io.nolook.tool.bench.ReplayBench;
import io.nolook.tool.bench.ThroughputBench;
import io.nolook.tool.bench.TurnoverBench;
import io.nolook.tool.bench.page.BenchReport;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook bench}: measurements with their command. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "throughput: frames/s of the whole pipeline beside the bare ONNX Runtime loop, in one run.",
            "decode: a JPEG of 128x128 to 1920x1080 decoded and fitted, as the job does it and whole by the JDK, by turns.",
            "overload: three times as many frames/s as the pipeline took in the same run, with overload = block and"
                    + " with skip: how old tokens get, and every frame verified.",
            "recognition: what recognizing costs a frame beside tokenizing it, in one run.",
            "archive: how small segments of the token files of --tokens get, and what coding costs beside the model.",
            "backfill: the recordings of --videos, backfilled beside the bare loop by turns, and beside the live job's"
                    + " tokens.",
            "replay: --cameras cameras that show the recordings of --videos, --frames frames each at --rate frames/s:"
                    + " tokenized, archived, verified; random minutes replayed and compared.",
            "cameras: nolook cameras with 1, 10 and 50 cameras of 5 frames/s, on a core of its own: frames held, CPU,"
                    + " memory, lateness.",
            "turnover: 2000 cameras come and go; what the process holds after each 200 of them.",
            "all: one page with the model's ceiling, decoding, throughput, latency, scale and recovery; every run's tokens"
                    + " are compared with the offline ones.",
            "peers: nolook beside a Python loop, a Python stream framework, a plain Java consumer, itself without"
                    + " batches, and windowed recomputation: same encoder, topic and frames, by turns; a page."
        })
final class BenchCommand implements Callable<Integer> {
    private static final double OVERLOAD = 3;
    private static final int OVERLOAD_SECONDS = 20;
    private static final int TURNOVER_STEP = 200;
    private static final int DECODE_ROUNDS = 7;
    private static final double DECODE_SECONDS = 0.5;
    private static final int TURNOVER_CAMERAS = 2000;
    private static final FleetBench.Plan FLEETS = new FleetBench.Plan(List.of(1, 10, 50), 5, 20, 60);

    /** What can be measured. */
    enum Suite {
        throughput,
        decode,
        overload,
        cameras,
        turnover,
        recognition,
        archive,
        backfill,
        replay,
        peers,
        all
    }

    @Parameters(paramLabel = "SUITE", description = "${COMPLETION-CANDIDATES}")
    private Suite suite;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the JSON goes.")
    private Path out;

    @Option(
            names = "--cameras",
            defaultValue = "8",
            description = "Cameras of throughput, overload and replay (default: ${DEFAULT-VALUE}).")
    private int cameras;

    @Option(
            names = "--frames",
            defaultValue = "1200",
            description = "Frames a camera of throughput and replay (default: ${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--tokens",
            paramLabel = "DIR",
            description = "Token files of archive, as nolook tokenize writes them.")
    private Path tokens = Path.of(".");

    @Option(names = "--videos", paramLabel = "DIR", description = "Recordings of backfill and replay.")
    private Path videos = Path.of(".");

    @Option(
            names = "--rate",
            defaultValue = "12",
            description = "Frames/s of a camera of replay (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--source",
            paramLabel = "WIDTHxHEIGHT",
            description = "Size of the pictures of throughput (default: that of the model).")
    private String source = "";

    @Mixin
    private PageBenchOptions pages;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        if (cameras < 1 || frames < 100 || !(rate > 0 && rate <= 1000)) {
            throw new IllegalArgumentException("found --cameras " + cameras + ", --frames " + frames + " and --rate "
                    + rate + ", expected at least 1, at least 100, and above 0 to 1000");
        }
        Files.createDirectories(out);
        Path json = out.resolve(suite + ".json");
        Finding found = measure();
        found.lines().forEach(said()::println);
        if (found instanceof BenchReport report) {
            said().println(report.write(json));
        } else {
            JsonFile.write(json, found);
        }
        said().println(json);
        return found.right() ? 0 : 1;
    }

    private Finding measure() throws Exception {
        return switch (suite) {
            case throughput -> throughput();
            case decode -> new DecodeBench(options.read(), DECODE_ROUNDS, DECODE_SECONDS).run();
            case overload -> overload();
            case cameras -> new FleetBench(options.read(), FLEETS, said()).run();
            case turnover -> new TurnoverBench(options.read(), TURNOVER_STEP, TURNOVER_CAMERAS, said()).run();
            case recognition -> RecognitionBench.run(options.read());
            case archive -> new ArchiveBench().run(tokens, options.read().get(TokenizeOptions.MODEL_ENCODER));
            case backfill -> new BackfillBench(options.read(), MediaKind.VIDEO.in(videos), said()).run();
            case all -> pages.all(options, cameras, said());
            case peers -> pages.peers(options, cameras, said());
            case replay -> {
                ReplayBench.Plan plan = new ReplayBench.Plan(MediaKind.VIDEO.in(videos), cameras, frames, rate);
                yield new ReplayBench(options.read(), plan, said()).run();
            }
        };
    }

    private ThroughputBench.Result throughput() throws Exception {
        return new ThroughputBench(
                        options.read(),
                        Optional.of(source).filter(size -> !size.isEmpty()).map(FrameSize::parse),
                        cameras,
                        frames,
                        said())
                .run();
    }

    private Finding overload() throws Exception {
        ThroughputBench.Result throughput = throughput();
        double rate = OVERLOAD * throughput.framesPerSecond();
        List<OverloadBench.Outcome> outcomes = new ArrayList<>();
        for (TokenizeOptions.Overload policy : TokenizeOptions.Overload.values()) {
            outcomes.add(new OverloadBench(options.read(), cameras, rate, OVERLOAD_SECONDS, said()).run(policy));
        }
        return new OverloadBench.Result(rate, OVERLOAD_SECONDS, throughput, outcomes);
    }

    private PrintWriter said() {
        return command.commandLine().getOut();
    }
}

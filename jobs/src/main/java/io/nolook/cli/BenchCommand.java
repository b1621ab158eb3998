package io.nolook.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.nolook.backfill.BackfillJob;
import io.nolook.bench.ArchiveBench;
import io.nolook.bench.BackfillBench;
import io.nolook.bench.OverloadBench;
import io.nolook.bench.RecognitionBench;
import io.nolook.bench.ReplayBench;
import io.nolook.bench.ThroughputBench;
import io.nolook.bench.TurnoverBench;
import io.nolook.flink.TokenizeOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            "overload: three times as many frames/s as the pipeline took in the same run, with overload = block and"
                    + " with skip: how old tokens get, and every frame verified.",
            "recognition: what recognizing costs a frame beside tokenizing it, in one run.",
            "archive: how small segments of the token files of --tokens get, and what coding costs beside the model.",
            "backfill: the recordings of --videos, backfilled beside the bare loop by turns, and beside the live job's"
                    + " tokens.",
            "replay: --cameras cameras that show the recordings of --videos, --frames frames each at --rate frames/s:"
                    + " tokenized, archived, verified; random minutes replayed and compared.",
            "turnover: 2000 cameras come and go; what the process holds after each 200 of them."
        })
final class BenchCommand implements Callable<Integer> {
    private static final double OVERLOAD = 3;
    private static final int OVERLOAD_SECONDS = 20;
    private static final int TURNOVER_STEP = 200;
    private static final int TURNOVER_CAMERAS = 2000;

    /** What can be measured. */
    enum Suite {
        throughput,
        overload,
        turnover,
        recognition,
        archive,
        backfill,
        replay
    }

    /** The runs of one overload, and the throughput it was made from. */
    private record OverloadResult(
            double framesPerSecond, int seconds, ThroughputBench.Result throughput, List<OverloadBench.Outcome> runs) {

        boolean verified() {
            return runs.stream().allMatch(OverloadBench.Outcome::verified);
        }
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
        Object result = switch (suite) {
            case throughput -> throughput();
            case overload -> overload();
            case turnover -> turnover();
            case recognition -> recognition();
            case archive -> archive();
            case backfill -> backfill();
            case replay -> replay();
        };
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), result);
        said().println(json);
        boolean failed = result instanceof OverloadResult runs && !runs.verified()
                || result instanceof BackfillBench.Result filled && !filled.equal()
                || result instanceof ReplayBench.Result replayed && !replayed.passed();
        return failed ? 1 : 0;
    }

    private PrintWriter said() {
        return command.commandLine().getOut();
    }

    private ThroughputBench.Result throughput() throws Exception {
        ThroughputBench.Result result = new ThroughputBench(options.read(), cameras, frames, said()).run();
        said().printf(
                        "%d cameras, %d threads, batch %d: %.1f frames/s, bare loop %.1f, ratio %.2f;"
                                + " CPU outside ONNX Runtime %.2f ms a frame (%.2f - %.2f); %s%n",
                        result.cameras(),
                        result.threads(),
                        result.batch(),
                        result.framesPerSecond(),
                        result.bareFramesPerSecond(),
                        result.ratio(),
                        result.cpuMillisOutside(),
                        result.cpuMillisPerFrame(),
                        result.bareCpuMillisPerFrame(),
                        result.runtime());
        return result;
    }

    private OverloadResult overload() throws Exception {
        ThroughputBench.Result throughput = throughput();
        double rate = OVERLOAD * throughput.framesPerSecond();
        List<OverloadBench.Outcome> outcomes = new ArrayList<>();
        for (TokenizeOptions.Overload policy : TokenizeOptions.Overload.values()) {
            OverloadBench.Outcome outcome =
                    new OverloadBench(options.read(), cameras, rate, OVERLOAD_SECONDS, said()).run(policy);
            outcomes.add(outcome);
            said().printf(
                            "overload = %s, %.0f frames/s for %d s: %d sent, %d tokenized, %d skipped, %s; age of"
                                    + " tokens p50 %.2f s, p99 %.2f s%n",
                            outcome.overload(),
                            rate,
                            OVERLOAD_SECONDS,
                            outcome.sent(),
                            outcome.tokenized(),
                            outcome.skipped(),
                            outcome.verified() ? "verified" : "NOT VERIFIED",
                            outcome.p50AgeMillis() / 1e3,
                            outcome.p99AgeMillis() / 1e3);
        }
        return new OverloadResult(rate, OVERLOAD_SECONDS, throughput, outcomes);
    }

    private RecognitionBench.Result recognition() throws Exception {
        RecognitionBench.Result result = RecognitionBench.run(options.read());
        said().printf(
                        "batch %d: tokenizing %.3f ms a frame, of it the encoder %.3f; recognizing %.3f ms a frame, of it"
                                + " the recognizer %.3f: %.1f %% more%n",
                        result.batch(),
                        result.tokenizeMillis(),
                        result.encoderMillis(),
                        result.recognizeMillis(),
                        result.recognizerMillis(),
                        100 * result.share());
        return result;
    }

    private ArchiveBench.Result archive() throws IOException {
        ArchiveBench.Result result =
                new ArchiveBench().run(tokens, options.read().get(TokenizeOptions.MODEL_ENCODER));
        List<ArchiveBench.Source> lines = new ArrayList<>(result.sources());
        lines.add(result.pooled());
        for (ArchiveBench.Source line : lines) {
            said().printf(
                            "%s: %d token frames, %d bytes packed; Deflate %.3f, zstd %.3f, context %.3f of that%n",
                            line.source(),
                            line.tokenFrames(),
                            line.packed(),
                            (double) line.deflated() / line.packed(),
                            (double) line.zstd() / line.packed(),
                            (double) line.context() / line.packed());
        }
        said().printf(
                        "%.1f %% below the best other; CPU a token frame: coding %.3f ms, decoding %.3f ms;"
                                + " tokenizing %.2f ms a frame, of which coding is %.1f %%%n",
                        100 * result.belowBest(),
                        result.encodeCpuMillis(),
                        result.decodeCpuMillis(),
                        result.tokenizerCpuMillis(),
                        100 * result.coderShare());
        return result;
    }

    private BackfillBench.Result backfill() throws Exception {
        BackfillBench.Result result = new BackfillBench(options.read(), BackfillJob.in(videos), said()).run();
        for (BackfillBench.Round round : result.rounds()) {
            said().printf(
                            "first token after %.1f s; then %.1f frames/s, bare loop %.1f, ratio %.3f; CPU %.2f ms a frame,"
                                    + " bare loop %.2f%n",
                            round.startSeconds(),
                            round.framesPerSecond(),
                            round.bareFramesPerSecond(),
                            round.ratio(),
                            round.cpuMillisPerFrame(),
                            round.bareCpuMillisPerFrame());
        }
        said().printf(
                        "%d recordings, %d frames, %d threads, batch %d: ratio %.3f (median); reading recordings takes"
                                + " %.2f ms of CPU a frame; %d token frames, those of the live job: %s; %s%n",
                        result.recordings(),
                        result.frames(),
                        result.threads(),
                        result.batch(),
                        result.medianRatio(),
                        result.readCpuMillisPerFrame(),
                        result.tokenFrames(),
                        equal(result.equal()),
                        result.runtime());
        return result;
    }

    private ReplayBench.Result replay() throws Exception {
        ReplayBench.Plan plan = new ReplayBench.Plan(BackfillJob.in(videos), cameras, frames, rate);
        ReplayBench.Result result = new ReplayBench(options.read(), plan, said()).run();
        said().printf(
                        "%d cameras of %.0f s at %.1f frames/s: %d frames tokenized in %.0f s; %d token frames archived in"
                                + " %.0f s as %d segments, %.2f MB a camera-hour; verified in %.0f s: %d faults, tokens %s%n",
                        result.cameras(),
                        result.seconds(),
                        result.framesPerSecond(),
                        result.frames(),
                        result.tokenizeSeconds(),
                        result.tokenFrames(),
                        result.archiveSeconds(),
                        result.segments(),
                        result.bytesPerCameraHour() / 1e6,
                        result.verifySeconds(),
                        result.faults(),
                        equal(result.tokensEqual()));
        said().printf("decoder open after %.2f s%n", result.openDecoderMillis() / 1e3);
        for (ReplayBench.Minute minute : result.minutes()) {
            said().printf(
                            "%s from second %d: first picture after %.2f s, %d pictures, %s%n",
                            minute.camera(),
                            minute.fromSecond(),
                            minute.firstPictureMillis() / 1e3,
                            minute.pictures(),
                            equal(minute.equal()));
        }
        return result;
    }

    private static String equal(boolean equal) {
        return equal ? "equal" : "NOT EQUAL";
    }

    private List<TurnoverBench.Held> turnover() throws Exception {
        return new TurnoverBench(options.read(), TURNOVER_STEP, TURNOVER_CAMERAS, said()).run();
    }
}

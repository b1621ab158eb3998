package io.nolook.cli;

import io.nolook.failure.IntakeException;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.model.ModelSpec;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.option.OptionSources;
import io.nolook.tool.size.Fleet;
import io.nolook.tool.size.FrameCost;
import io.nolook.tool.size.Needs;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook size}: what a fleet takes, before it is bought. */
@Command(
        name = "size",
        mixinStandardHelpOptions = true,
        description = {
            "Says what cores, memory, state and bandwidth a fleet of cameras takes: measures here what a frame costs, in some"
                    + " ten seconds, and computes the rest by the formulas of the guide on operations.",
            "Run it on the kind of machine that will do the work. It is arithmetic: measure with nolook bench throughput"
                    + " before you rely on it."
        })
final class SizeCommand implements Callable<Integer> {
    private static final double SECONDS_A_DAY = 86_400;
    private static final double KIBI = 1024;
    private static final List<String> UNITS = List.of("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

    @Option(names = "--cameras", required = true, paramLabel = "N", description = "How many.")
    private int cameras;

    @Option(names = "--rate", defaultValue = "10", description = "Frames a second of each (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--source",
            defaultValue = "1280x720",
            paramLabel = "WxH",
            description = "Pixels that cameras send, as JPEG (default: ${DEFAULT-VALUE}).")
    private String source;

    @Option(
            names = "--picture-bytes",
            paramLabel = "N",
            description =
                    "Of one of their JPEGs, on average (default: that of a simulated camera, which is easy to code).")
    private Optional<Long> pictureBytes = Optional.empty();

    @Option(names = "--size", paramLabel = "WxH", description = "Pixels of the model's picture (default: frame.size).")
    private Optional<String> size = Optional.empty();

    @Option(
            names = "--load",
            defaultValue = "0.7",
            description =
                    "Share of a core that the model and the pictures may take; the rest is for Flink, Kafka's client and"
                            + " peaks (default: ${DEFAULT-VALUE}).")
    private double load;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException, IntakeException {
        Configuration configuration = options.read();
        size.ifPresent(pixels -> configuration.set(TokenizeOptions.FRAME_SIZE, pixels));
        TokenizeSettings settings = TokenizeSettings.of(configuration);
        FrameSize pictures = FrameSize.parse(source);
        new Fleet(cameras, rate, pictures, pictureBytes.orElse(1L));
        ModelSpec spec = ModelFiles.spec(ModelFiles.encoder(settings.encoder(), SessionSettings.cpu(1)));
        spec.requireSize(settings.frameSize());
        PrintWriter err = command.commandLine().getErr();
        err.println("measuring what a frame costs here");
        err.flush();
        FrameCost cost = FrameCost.here(settings, pictures);
        Fleet fleet = new Fleet(cameras, rate, pictures, pictureBytes.orElse(cost.pictureBytes()));
        print(fleet, spec, settings, cost, Needs.of(fleet, spec, settings, cost, load));
        return 0;
    }

    private void print(Fleet fleet, ModelSpec spec, TokenizeSettings settings, FrameCost cost, Needs needs) {
        line(
                "%d cameras, %s at %s frames/s, as %s for %s",
                fleet.cameras(), fleet.source(), plain(fleet.framesPerSecond()), settings.frameSize(), spec.name());
        line(
                "a frame, here    %.2f ms of a core in the model, batches of %d; %.2f ms to decode a JPEG of %s",
                cost.modelMillis(),
                settings.inference().batchLimits().size(),
                cost.pictureMillis(),
                bytes(cost.pictureBytes()));
        line(
                "cores            %.1f for the tokenizing job, %.0f %% busy with model and pictures",
                needs.cores(), 100 * load);
        line("parallelism      %d slots: a core each, inference.threads = 1", needs.slots());
        line(
                "heap of a slot   %s when all bounds are reached; its cameras' activations take %s of %s (%s)",
                bytes(needs.heapBytes()),
                bytes(needs.liveBytes()),
                bytes(settings.inference().activationsMaxBytes()),
                InferenceOptions.ACTIVATIONS_MAX_BYTES.key());
        if (needs.liveBytes() > settings.inference().activationsMaxBytes()) {
            line(
                    "                 raise %s to %s, or activations are fetched again and again",
                    InferenceOptions.ACTIVATIONS_MAX_BYTES.key(), bytes(needs.liveBytes()));
        }
        line("state            at most %s in a checkpoint", bytes(needs.stateBytes()));
        line(
                "frames topic     %.1f MB/s, %s a day of retention, each replica",
                needs.framesBytesPerSecond() / 1e6, bytes(needs.framesBytesPerSecond() * SECONDS_A_DAY));
        line(
                "archive          at most %.1f kbit/s a camera, %s a day for all, each replica",
                needs.tokenBits() / fleet.cameras() / 1000, bytes(needs.tokenBits() / 8 * SECONDS_A_DAY));
    }

    private void line(String format, Object... values) {
        command.commandLine().getOut().println(String.format(Locale.ROOT, format, values));
    }

    private static String plain(double rate) {
        return rate == Math.rint(rate) ? String.valueOf((long) rate) : String.valueOf(rate);
    }

    private static String bytes(double bytes) {
        int unit = (int) Math.max(0, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(KIBI)));
        return String.format(Locale.ROOT, "%.1f %s", bytes / Math.pow(KIBI, unit), UNITS.get(unit));
    }
}

package io.nolook.cli;

import io.nolook.flink.generate.GenerateSettings;
import io.nolook.generation.Continuation;
import io.nolook.kafka.KafkaSettings;
import io.nolook.media.UnfinishedFile;
import io.nolook.offline.TokenFile;
import io.nolook.option.OptionSources;
import io.nolook.schema.TokenFrame;
import io.nolook.tool.generation.LiveContinuation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.avro.file.DataFileWriter;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook generate}: what a language model draws behind a camera's newest token frame. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = "Asks the generating job to continue a camera: token frames that may come next, drawn at random."
                + " Each sample is on topics.generated as a camera of its own, behind the clip that it continues.")
final class GenerateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "CAMERA", description = "Id of the camera.")
    private String camera;

    @Option(names = "--frames", paramLabel = "N", description = "Token frames of a sample (default: generate.frames).")
    private @Nullable Integer frames;

    @Option(names = "--samples", paramLabel = "N", description = "How many samples (default: generate.samples).")
    private @Nullable Integer samples;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed at the same place, the same samples (default: generate.seed).")
    private @Nullable Long seed;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Below 1 likely values become likelier (default: generate.temperature).")
    private @Nullable Float temperature;

    @Option(
            names = "--top-k",
            paramLabel = "N",
            description =
                    "Of each factor's values only the likeliest; 1 draws the likeliest (default: generate.top-k).")
    private @Nullable Integer kept;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description =
                    "Writes each sample as a file of token frames, 0.avro and so on, which nolook detokenize reads.")
    private @Nullable Path out;

    @Option(
            names = "--wait",
            defaultValue = "60",
            description = "How long the job may take, in seconds (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Configuration configuration = options.read();
        Continuation usual = GenerateSettings.of(configuration).continuation();
        Continuation asked = new Continuation(
                Optional.ofNullable(seed).orElse(usual.seed()),
                Optional.ofNullable(temperature).orElse(usual.temperature()),
                Optional.ofNullable(kept).orElse(usual.kept()),
                Optional.ofNullable(frames).orElse(usual.frames()),
                Optional.ofNullable(samples).orElse(usual.samples()));
        Map<String, List<TokenFrame>> drawn = new LiveContinuation(
                        new KafkaSettings(configuration), ModelCommand.control(configuration))
                .ask(camera, asked, Duration.ofSeconds(seconds));
        PrintWriter said = command.commandLine().getOut();
        int sample = 0;
        for (Map.Entry<String, List<TokenFrame>> each : drawn.entrySet()) {
            int before = each.getValue().size() - asked.frames();
            said.printf(
                    Locale.ROOT,
                    "%s: %d token frames behind frame %d%n",
                    each.getKey(),
                    asked.frames(),
                    each.getValue().get(before - 1).getLastSequence());
            if (out != null) {
                said.println(write(out.resolve(sample + ".avro"), each.getValue()));
            }
            sample++;
        }
        return 0;
    }

    private static Path write(Path file, List<TokenFrame> frames) throws IOException {
        try (UnfinishedFile whole = new UnfinishedFile(file)) {
            try (DataFileWriter<TokenFrame> writer = TokenFile.create(whole)) {
                for (TokenFrame frame : frames) {
                    writer.append(frame);
                }
            }
            whole.finish();
        }
        return file;
    }
}

package io.nolook.cli;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.KafkaSettings;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.Models;
import io.nolook.option.OptionSources;
import io.nolook.report.JsonFile;
import io.nolook.tool.verify.KnownEncoders;
import io.nolook.tool.verify.TopicVerification;
import io.nolook.tool.verify.VerifyReport;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook verify}: are the tokens on the topic those of the frames on the topic. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Reads frames, tokens and dead letters (read_committed), computes the tokens again and checks"
                + " every recorded decision. Exit code 1 when a token frame is missing, repeated, reordered or"
                + " different, or a frame is unaccounted for.")
final class VerifyCommand implements Callable<Integer> {
    private static final int MOST_LINES = 20;

    @Option(
            names = "--all",
            description = "Look at every frame, for a job that was drained; otherwise at those that the last"
                    + " checkpoint of a running job has read.")
    private boolean all;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description = "Folder of the .onnx files of encoders that the job was told to use beside model.encoder;"
                    + " they are found by their hash, and built-in ones without it.")
    private Optional<Path> models;

    @Option(names = "--out", defaultValue = "out/verify", description = "Where results go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        Configuration configuration = options.read();
        Files.createDirectories(out); // before minutes of work that could not be written down
        TokenizeSettings settings = TokenizeSettings.of(configuration);
        KafkaSettings kafka = new KafkaSettings(configuration);
        TopicVerification.Extent extent = all ? TopicVerification.Extent.ALL : TopicVerification.Extent.COMMITTED;
        PrintWriter said = command.commandLine().getOut();
        VerifyReport report;
        try (VideoTokenizer tokenizer = Models.tokenizer(settings);
                KnownEncoders others = new KnownEncoders(settings, models)) {
            Progress progress = new Progress(said, "frames");
            report = new TopicVerification(settings, kafka, extent).run(tokenizer, others::of, progress::at);
            progress.end();
        }
        Path json = out.resolve("verify.json");
        JsonFile.write(json, report);
        said.printf(
                Locale.ROOT,
                "%d cameras, %d frames %s, %d token frames compared%n",
                report.cameras().size(),
                report.received(),
                report.frames(),
                report.tokenFrames());
        if (report.tombstones().all() > 0) {
            said.printf(Locale.ROOT, "records without a value: %s%n", report.tombstones());
        }
        report.cameras().stream()
                .filter(camera -> !camera.passed())
                .flatMap(camera -> camera.examples().stream().map(example -> camera.camera() + ": " + example))
                .limit(MOST_LINES)
                .forEach(said::println);
        if (report.passed() && report.tokenFrames() == 0) {
            said.println("nothing was compared: no checkpoint of the job covers a frame yet");
        }
        said.printf(Locale.ROOT, "%s%n%s%n", report.passed() ? "passed" : "FAILED: " + report.faults(), json);
        return report.passed() ? 0 : 1;
    }
}

package io.nolook.cli;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.option.OptionSources;
import io.nolook.report.JsonFile;
import io.nolook.tool.fuzz.FuzzReport;
import io.nolook.tool.fuzz.FuzzRun;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook fuzz}: hostile records against the intake of the job. */
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        description =
                "Changes good records by a seeded generator (truncated, spliced, resized, many scans, broken Avro)"
                        + " and gives them to the job's intake: each must become a frame or a dead letter, none may take more"
                        + " than a second of CPU time. Exit code 1 otherwise; what failed is kept.")
final class FuzzCommand implements Callable<Integer> {

    @Option(names = "--inputs", defaultValue = "200000", description = "How many (default: ${DEFAULT-VALUE}).")
    private long inputs;

    @Option(names = "--seed", defaultValue = "1", description = "Of the changes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--pictures",
            paramLabel = "FOLDER",
            description = "JPEG and PNG files to begin from, beside simulated ones.")
    private Path pictures;

    @Option(names = "--out", defaultValue = "out/fuzz", description = "Where results go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        if (inputs < 1) {
            throw new IllegalArgumentException("--inputs: found " + inputs + ", expected at least 1");
        }
        TokenizeSettings settings = TokenizeSettings.of(options.read());
        PrintWriter said = command.commandLine().getOut();
        Progress progress = new Progress(said, "inputs");
        FuzzReport report = new FuzzRun(settings, Optional.ofNullable(pictures), out.resolve("failures"))
                .run(inputs, seed, progress::at);
        progress.end();
        Files.createDirectories(out);
        Path json = out.resolve("fuzz.json");
        JsonFile.write(json, report);
        said.printf(
                Locale.ROOT,
                "%d inputs: %d decoded, dead letters %s%n%d crashes, %d over %d ms; slowest %.0f ms of CPU time, most"
                        + " heap of one %.1f MiB%n",
                report.inputs(),
                report.decoded(),
                report.deadLettered(),
                report.crashes(),
                report.tooSlow(),
                report.mostCpuMillis(),
                report.slowestCpuMillis(),
                report.mostAllocatedBytes() / 1048576.0);
        report.failures().forEach(said::println);
        said.printf(Locale.ROOT, "%s%n%s%n", report.passed() ? "passed" : "FAILED", json);
        return report.passed() ? 0 : 1;
    }
}

package io.nolook.cli;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.option.OptionSources;
import io.nolook.report.JsonFile;
import io.nolook.tool.chaos.ChaosPage;
import io.nolook.tool.chaos.ChaosReport;
import io.nolook.tool.chaos.ChaosRun;
import io.nolook.tool.chaos.ChaosRun.Plan.Transactions;
import io.nolook.tool.verify.ReaderReport;
import io.nolook.tool.verify.VerifyReport;
import java.io.File;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nolook chaos}: a cluster of real processes, faults, and the verifier. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description = "Starts brokers, ZooKeeper, a JobManager and TaskManagers as processes of this machine, sends"
                + " cameras' frames, kills, pauses, fills and rescales by a seeded schedule, and verifies what came"
                + " out. Exit code 1 when one frame or token is missing, repeated or different.")
final class ChaosCommand implements Callable<Integer> {

    @Option(names = "--minutes", defaultValue = "2", description = "Time of faults (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(names = "--seed", defaultValue = "1", description = "Of schedule and cameras (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--cameras", defaultValue = "8", description = "How many (default: ${DEFAULT-VALUE}).")
    private int cameras;

    @Option(names = "--fps", defaultValue = "10", description = "Frames a second of each (default: ${DEFAULT-VALUE}).")
    private int framesPerSecond;

    @Option(
            names = "--brokers",
            defaultValue = "3",
            description =
                    "How many; of three, each record is on two at least before it is taken (default: ${DEFAULT-VALUE}).")
    private int brokers;

    @Option(
            names = "--aged",
            description =
                    "Begin with transactional ids whose epochs are about to run out, as after days of checkpoints;"
                            + " takes minutes before.")
    private boolean aged;

    @Option(
            names = "--generate",
            description = "Run a generating job, too; it needs as many cores as the tokenizing one.")
    private boolean generates;

    @Option(
            names = "--out",
            defaultValue = "out/chaos",
            description = "Where results and the processes' logs go; what is there is not overwritten"
                    + " (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--build",
            paramLabel = "FOLDER",
            description = "Checkout whose build the cluster runs; the verifier stays this one (default: this one).")
    private Path build;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        ChaosRun.Plan plan = new ChaosRun.Plan(
                minutes,
                seed,
                cameras,
                framesPerSecond,
                brokers,
                aged ? Transactions.AGED : Transactions.NEW,
                generates);
        Configuration configuration = options.read();
        TokenizeSettings.of(configuration);
        PrintWriter said = command.commandLine().getOut();
        Files.createDirectories(out);
        Path folder = Files.createTempDirectory(out.toAbsolutePath(), "seed-" + seed + "-");
        ChaosReport report = new ChaosRun(plan, folder, classPath(), said).run(configuration);
        Path json = folder.resolve("chaos.json");
        JsonFile.write(json, report);
        Path page = folder.resolve("index.html");
        Files.writeString(page, ChaosPage.of(report));
        VerifyReport verdict = report.verdict();
        said.printf(
                Locale.ROOT,
                "%d faults of %d kinds, %d met running batches, %d open transactions%n%d frames %s, %d token frames"
                        + " compared%n",
                report.faults().size(),
                report.kinds(),
                report.hitRunningBatches(),
                report.hitOpenTransactions(),
                verdict.received(),
                verdict.frames(),
                verdict.tokenFrames());
        if (aged) {
            said.printf(
                    Locale.ROOT,
                    "%d transactional ids ran out of epochs and have other producers%n",
                    report.renewedProducers());
        }
        report.leftOut().forEach((kind, why) -> said.printf(Locale.ROOT, "left out: %s: %s%n", kind, why));
        ReaderReport readers = report.readers();
        say(readers);
        verdict.cameras().stream()
                .flatMap(camera -> camera.examples().stream().map(example -> camera.camera() + ": " + example))
                .forEach(said::println);
        said.printf(
                Locale.ROOT,
                "%s%n%s%n%s%n",
                report.passed() ? "passed" : "FAILED: " + verdict.faults() + ", " + readers.faults() + " of readers",
                json,
                page);
        return report.passed() ? 0 : 1;
    }

    private void say(ReaderReport readers) {
        PrintWriter said = command.commandLine().getOut();
        said.printf(
                Locale.ROOT,
                "%d token frames in the archive, %d scores and %d actions compared%n",
                readers.archived(),
                readers.scores(),
                readers.actions());
        ReaderReport.Generated generated = readers.generated();
        if (generated != null) {
            said.printf(
                    Locale.ROOT,
                    "%d surprises, %d anomalies and %d token frames of samples compared%n",
                    generated.surprises(),
                    generated.anomalies(),
                    generated.samples());
        }
        readers.examples().forEach(said::println);
    }

    private String classPath() {
        if (build == null) {
            return System.getProperty("java.class.path");
        }
        Path target = build.toAbsolutePath().resolve("jobs/target");
        if (!Files.exists(target.resolve("nolook.jar"))) {
            throw new IllegalArgumentException("--build: found no jobs/target/nolook.jar in " + build
                    + ", expected a checkout that was built; run its ./nolook --help once");
        }
        return target.resolve("nolook.jar") + File.pathSeparator + target.resolve("lib") + File.separator + "*";
    }
}

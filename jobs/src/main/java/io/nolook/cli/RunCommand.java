package io.nolook.cli;

import io.nolook.cluster.ClusterJob;
import io.nolook.cluster.ClusterJobs;
import io.nolook.cluster.ClusterRest;
import io.nolook.job.FreshStart;
import io.nolook.job.JobMain;
import io.nolook.kafka.KafkaOptions;
import io.nolook.local.InProcess;
import io.nolook.local.JobHere;
import io.nolook.local.JobState;
import io.nolook.local.MetricsPage;
import io.nolook.option.HostPort;
import io.nolook.option.OptionSources;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook run}: a job against a given broker, here or on a given cluster. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Runs a job against the broker of kafka.bootstrap.servers, in this process or on a Flink cluster.")
final class RunCommand implements Callable<Integer> {

    @Parameters(paramLabel = "JOB", description = "${COMPLETION-CANDIDATES}")
    private JobKind job;

    @Option(
            names = ClusterAddress.OPTION,
            paramLabel = "HOST:PORT",
            description = "REST address of a Flink 2.3 cluster; without it the job runs in this process until stopped,"
                    + " and goes on where it stopped when it is started again.")
    private String jobManager;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "In this process: keeps the job's state under DIR between runs (default: that of"
                    + " execution.checkpointing.dir, else $XDG_STATE_HOME/nolook or ~/.local/state/nolook).")
    private Path state;

    @Option(names = "--fresh", description = "In this process: begins without the state of the last run.")
    private boolean fresh;

    @Option(
            names = "--unless-running",
            description = "On a cluster: ends with success when a job of this delivery.transaction-prefix runs there"
                    + " already, whatever its other options; without it, that is an error.")
    private boolean unlessRunning;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "In this process: where its metrics are for Prometheus, on this machine alone; without it"
                    + " nowhere.")
    private String listen;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        return jobManager == null ? here() : there();
    }

    /** In this process, until it ends, fails or is stopped. */
    private int here() throws Exception {
        if (unlessRunning) {
            throw new IllegalArgumentException("--unless-running: found it without --jobmanager, expected a cluster");
        }
        Configuration given =
                listen == null ? options.read() : MetricsPage.on(options.read(), HostPort.here("--listen", listen));
        JobHere here = new JobHere(job.name(), job::make, line -> say("%s", line));
        TemporaryFiles.beforeTheyGo(here::stop);
        try {
            if (!InProcess.isRemote(given) && given.get(KafkaOptions.STOP) == KafkaOptions.Stop.NEVER) {
                here.run(given, InProcess.folder(given).orElse(state == null ? JobState.usualRoot() : state), fresh);
            } else if (fresh || state != null) {
                throw new IllegalArgumentException((fresh ? "--fresh" : "--state") + ": found it with "
                        + KafkaOptions.STOP.key() + " or checkpoints that are elsewhere, expected a job whose state is"
                        + " kept in a folder of this machine");
            } else {
                here.run(given);
            }
        } finally {
            TemporaryFiles.beforeTheyGo(() -> {});
        }
        return 0;
    }

    private int there() throws Exception {
        if (fresh || state != null) {
            throw new IllegalArgumentException(
                    (fresh ? "--fresh" : "--state") + ": found it with --jobmanager, expected it"
                            + " without: a cluster keeps state itself, and a job goes on from execution.state-recovery.path");
        }
        if (listen != null) {
            throw new IllegalArgumentException("--listen: found it with --jobmanager, expected it without: a cluster's"
                    + " metrics are where its own configuration says (metrics.reporter.prom)");
        }
        ClusterSubmission submission =
                new ClusterSubmission(job.make(options.read()), HostPort.of(ClusterAddress.OPTION, jobManager));
        ClusterRest rest = ClusterAddress.rest(submission.address());
        ClusterJobs cluster = new ClusterJobs(rest);
        Optional<ClusterJob> running = FreshStart.running(submission.job(), cluster);
        if (unlessRunning && running.isPresent()) {
            say(
                    "job %s: %s (%s, left as it is)",
                    job, running.get().id(), running.get().state());
            return 0;
        }
        FreshStart.require(submission.job(), cluster, line -> say("%s", line));
        JobMain.requireSlots(rest, submission.parallelism());
        say("job %s: %s", job, submission.start());
        return 0;
    }

    private void say(String format, Object... arguments) {
        command.commandLine().getOut().printf(Locale.ROOT, format + "%n", arguments);
        command.commandLine().getOut().flush();
    }
}

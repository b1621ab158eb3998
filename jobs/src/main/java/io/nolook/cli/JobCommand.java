package io.nolook.cli;

import io.nolook.cluster.ClusterJob;
import io.nolook.cluster.ClusterJobs;
import io.nolook.cluster.Patience;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook job}: jobs that run on a Flink cluster, asked and told over its REST. */
@Command(
        name = "job",
        mixinStandardHelpOptions = true,
        description = "Lists, stops, upgrades or cancels jobs on a Flink cluster; nolook run starts them.",
        subcommands = UpgradeCommand.class)
final class JobCommand implements Runnable {
    /** What a savepoint may take. */
    static final Duration SAVEPOINT = Duration.ofMinutes(15);

    static final String JOB = "Its name (tokenize, or what pipeline.name says) or id.";
    static final String SAVEPOINTS = "Folder that the savepoint is written under, as the TaskManagers see it, such as"
            + " s3://bucket/savepoints (default: the cluster's execution.checkpointing.savepoint-dir).";

    static final Duration END = Duration.ofMinutes(3);

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "expected one of list, stop, upgrade and cancel");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description =
                    "Lists jobs, those that ended too: name, id, state, since when, age of the newest checkpoint in"
                            + " seconds, restarts.")
    int list(@Mixin ClusterAddress cluster) throws InterruptedException {
        say("name  id  state  since  checkpoint age  restarts");
        long now = System.currentTimeMillis();
        for (ClusterJob job : cluster.jobs().all()) {
            String age = job.checkpoint()
                    .map(began -> TimeUnit.MILLISECONDS.toSeconds(now - began) + " s")
                    .orElse("none");
            say(String.join(
                    "  ",
                    job.name(),
                    job.id(),
                    job.state(),
                    Instant.ofEpochSecond(TimeUnit.MILLISECONDS.toSeconds(job.sinceMillis()))
                            .toString(),
                    age,
                    Long.toString(job.restarts())));
        }
        return 0;
    }

    @Command(
            name = "stop",
            mixinStandardHelpOptions = true,
            description = "Stops a job with a savepoint, from which nolook run goes on; prints where that lies.")
    int stop(
            @Mixin ClusterAddress cluster,
            @Parameters(paramLabel = "JOB", description = JOB) String job,
            @Option(names = "--savepoints", paramLabel = "URI", description = SAVEPOINTS) Optional<String> savepoints,
            @Option(
                            names = "--drain",
                            description = "Completes unfinished chunks and segments first: nothing goes on from there.")
                    boolean drain)
            throws Exception {
        ClusterJobs jobs = cluster.jobs();
        ClusterJob found = jobs.living(job);
        say("stopping " + found.name() + " " + found.id() + " with a savepoint");
        Map<String, Object> request = request(savepoints);
        request.put("drain", drain);
        String savepoint = jobs.stop(found, request, new Patience(SAVEPOINT, this::say));
        say("stopped; go on with -D execution.state-recovery.path=" + savepoint);
        say(savepoint);
        return 0;
    }

    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            description = "Ends a job at once, without a savepoint: it can go on from its last checkpoint if that is"
                    + " retained.")
    int cancel(@Mixin ClusterAddress cluster, @Parameters(paramLabel = "JOB", description = JOB) String job)
            throws Exception {
        ClusterJobs jobs = cluster.jobs();
        ClusterJob found = jobs.living(job);
        say("cancelling " + found.name() + " " + found.id());
        jobs.cancel(found, new Patience(END, this::say));
        say("cancelled");
        return 0;
    }

    /** Where a savepoint is to go. */
    static Map<String, Object> request(Optional<String> savepoints) {
        Map<String, Object> request = new HashMap<>();
        savepoints.ifPresent(folder -> request.put("targetDirectory", folder));
        return request;
    }

    private void say(String line) {
        PrintWriter out = command.commandLine().getOut();
        out.printf(Locale.ROOT, "%s%n", line);
        out.flush();
    }
}

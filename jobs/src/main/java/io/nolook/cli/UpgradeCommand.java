package io.nolook.cli;

import io.nolook.cluster.ClusterJob;
import io.nolook.cluster.ClusterJobs;
import io.nolook.cluster.Patience;
import io.nolook.flink.model.ModelLoader;
import io.nolook.job.JobMain;
import io.nolook.job.KafkaJob;
import io.nolook.model.ModelUnavailableException;
import io.nolook.model.StreamModel;
import io.nolook.option.OptionSources;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook job upgrade}: a job goes on from a savepoint, with this version's jar and other options. */
@Command(
        name = "upgrade",
        mixinStandardHelpOptions = true,
        description = {
            "Checks the new options, stops a job with a savepoint, and starts it from there with this version's jar.",
            "Whatever is wrong before the job is stopped leaves it running. When the new one does not come up, it is"
                    + " cancelled, and the way back is printed."
        })
final class UpgradeCommand implements Callable<Integer> {
    private static final int MOST_RESTARTS = 3;

    @Parameters(paramLabel = "JOB", description = JobCommand.JOB)
    private String called;

    @Option(names = "--savepoints", paramLabel = "URI", description = JobCommand.SAVEPOINTS)
    private Optional<String> savepoints = Optional.empty();

    @Option(names = "--no-model-check", description = "Leaves models unchecked that only the TaskManagers can open.")
    private boolean noModelCheck;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "180",
            description = "How long the new job may take until all its tasks run (default: ${DEFAULT-VALUE}).")
    private long patienceSeconds;

    @Mixin
    private ClusterAddress cluster;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        Configuration given = options.read();
        ClusterJobs jobs = cluster.jobs();
        ClusterJob old = jobs.living(called);
        JobKind kind = JobKind.of(old);
        require(kind.make(given), old, jobs);
        say("the new options are good: stopping %s %s with a savepoint", old.name(), old.id());
        Optional<String> folder = savepoints.or(() -> given.getOptional(CheckpointingOptions.SAVEPOINT_DIRECTORY));
        String savepoint =
                jobs.stop(old, JobCommand.request(folder), new Patience(JobCommand.SAVEPOINT, line -> say("%s", line)));
        say("savepoint: %s", savepoint);
        given.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        try {
            say("job %s: %s", kind, start(kind.make(given), jobs));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(
                    "the new job does not run: " + e.getMessage() + "\nto go back, start the version of before with its"
                            + " options: nolook run " + kind + " --jobmanager " + cluster.text()
                            + " --config FILE -D execution.state-recovery.path=" + savepoint,
                    e);
        }
        return 0;
    }

    /** Refuses what the new job could not start with, or go on from the old one's state with. */
    private void require(KafkaJob made, ClusterJob old, ClusterJobs jobs) throws InterruptedException {
        if (!old.runs()) {
            throw new IllegalStateException("found job " + old.name() + " " + old.state()
                    + ", expected RUNNING: only a running job makes a savepoint");
        }
        for (ConfigOption<?> bound : KafkaJob.BOUND) {
            String now = String.valueOf(made.configuration().get(bound));
            String was = old.parameters().getOrDefault(bound.key(), now);
            if (!was.equals(now)) {
                throw new IllegalArgumentException(bound.key() + ": found " + now + ", expected " + was
                        + " as it runs: its state depends on it. Stop it with --drain, and start it anew");
            }
        }
        int groups = jobs.most(old, "maxParallelism");
        int asked = made.configuration().get(PipelineOptions.MAX_PARALLELISM);
        if (groups != 0 && asked != groups) {
            throw new IllegalArgumentException(PipelineOptions.MAX_PARALLELISM.key() + ": found " + asked
                    + ", expected " + groups + " as it runs: its state is divided by it");
        }
        if (!noModelCheck) {
            made.models().forEach(this::admit);
        }
        ClusterSubmission submission = new ClusterSubmission(made, cluster.address());
        submission.rehearse();
        JobMain.requireSlots(cluster.rest(), submission.parallelism() - jobs.most(old, "parallelism"));
    }

    private void admit(ModelLoader<?> loader) {
        try (StreamModel<?, ?> model = loader.open()) {
            say("model admitted: %s", model.spec().name());
        } catch (ModelUnavailableException e) {
            throw new IllegalStateException(
                    e.getMessage() + "; where only TaskManagers can open it, --no-model-check leaves it to them", e);
        }
    }

    /** The id of a job whose tasks all run. */
    private String start(KafkaJob made, ClusterJobs jobs) throws Exception {
        String id = new ClusterSubmission(made, cluster.address()).start();
        ClusterJob job = jobs.living(id);
        try {
            new Patience(Duration.ofSeconds(patienceSeconds), line -> say("%s", line))
                    .until("start of every task", () -> comesUp(jobs.now(job), jobs));
        } catch (IllegalStateException e) {
            if (jobs.now(job).lives()) {
                jobs.cancel(job, new Patience(JobCommand.END, line -> say("%s", line)));
            }
            throw e;
        }
        return id;
    }

    private Optional<ClusterJob> comesUp(ClusterJob job, ClusterJobs jobs) throws InterruptedException {
        if (!job.lives() || job.restarts() >= MOST_RESTARTS) {
            throw new IllegalStateException("found job " + job.id() + " " + job.state() + " after " + job.restarts()
                    + " restarts, expected RUNNING: "
                    + cluster.rest().failure(job.id()).orElse("it did not say why"));
        }
        return job.runs() && jobs.works(job) ? Optional.of(job) : Optional.empty();
    }

    private void say(String format, Object... arguments) {
        command.commandLine().getOut().printf(Locale.ROOT, format + "%n", arguments);
        command.commandLine().getOut().flush();
    }
}

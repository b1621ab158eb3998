package io.nolook.local;

import io.nolook.job.FreshStart;
import io.nolook.job.KafkaJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job against a given broker in this process: goes on from its last state, is started again when it stands still, and
 * leaves a savepoint when it is stopped.
 */
public final class JobHere {
    private static final long STOP_SECONDS = 60;
    private static final long LOOK_SECONDS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final String title;
    private final Function<Configuration, KafkaJob> make;
    private final Consumer<String> said;
    private volatile Runnable stop = () -> {};

    /**
     * @param title of the job, for people
     * @param make the job, its options checked
     * @param said takes lines for people
     */
    public JobHere(String title, Function<Configuration, KafkaJob> make, Consumer<String> said) {
        this.title = title;
        this.make = make;
        this.said = said;
    }

    /**
     * Runs a job that keeps nothing, until it ends.
     *
     * @throws IllegalStateException when it fails or stands still, or its transaction prefix is in use
     */
    public void run(Configuration given) throws Exception {
        FreshStart.require(make.apply(given), said);
        try (TemporaryFolder folder = TemporaryFolder.create("nolook-" + title + "-")) {
            Running running = start(InProcess.fit(given, folder), Optional.empty());
            if (!ends(running, "")) {
                throw new IllegalStateException("the job has not run for " + PATIENCE.toMinutes()
                        + " minutes though the broker answers: start it again");
            }
        }
    }

    /**
     * Runs a job whose state outlives it, until it ends.
     *
     * @param root of the folders of state
     * @param fresh whether it begins without
     * @throws IllegalStateException when it fails, another process runs it, or it begins without state and its
     *     transaction prefix is in use
     */
    public void run(Configuration given, Path root, boolean fresh) throws Exception {
        KafkaJob asked = make.apply(given);
        String name = asked.configuration().get(KafkaOptions.TRANSACTION_PREFIX);
        boolean told = given.contains(StateRecoveryOptions.SAVEPOINT_PATH);
        try (JobState kept = JobState.open(root, Topics.clusterId(asked.kafka()), name)) {
            Optional<Path> from = fresh || told ? Optional.empty() : kept.newest();
            if (from.isEmpty()) {
                FreshStart.require(asked, said);
            }
            while (!ends(start(kept(given, kept, from), Optional.of(kept.savepoints())), hint(from))) {
                from = kept.newest();
                said.accept("the job has not run for " + PATIENCE.toMinutes()
                        + " minutes though the broker answers: starting it again");
            }
        }
    }

    /** Stops what runs, from any thread; returns when it has ended. */
    public void stop() {
        stop.run();
    }

    private static String hint(Optional<Path> from) {
        return from.map(path -> "; it went on from " + path + ": --fresh begins without")
                .orElse("");
    }

    private Configuration kept(Configuration given, JobState kept, Optional<Path> from) {
        Configuration configuration = InProcess.fit(given, kept.checkpoints());
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        from.ifPresent(path -> {
            said.accept("goes on from " + path + " (--fresh: not)");
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString());
            configuration.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM); // it goes when it is old
        });
        return configuration;
    }

    private record Running(KafkaJob job, JobClient client, Optional<Path> savepoints) {}

    private Running start(Configuration configuration, Optional<Path> savepoints) throws Exception {
        KafkaJob job = make.apply(configuration);
        JobClient client = job.start(StreamExecutionEnvironment.createLocalEnvironment(job.configuration()));
        said.accept("job " + title + ": " + client.getJobID());
        said.accept("checkpoints: " + job.configuration().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY));
        return new Running(job, client, savepoints);
    }

    /** Whether it ended by itself or was stopped; false when it stood still, and is no more. */
    private boolean ends(Running running, String hint) throws InterruptedException {
        stop = () -> stop(running);
        CompletableFuture<?> ended = running.client.getJobExecutionResult();
        Standstill standstill = new Standstill(PATIENCE);
        try {
            while (true) {
                try {
                    ended.get(LOOK_SECONDS, TimeUnit.SECONDS);
                    return true;
                } catch (TimeoutException e) {
                    boolean runs = status(running.client)
                            .filter(JobStatus.RUNNING::equals)
                            .isPresent();
                    if (standstill.lasts(System.nanoTime(), runs, () -> answers(running.job))) {
                        cancel(running.client);
                        return false;
                    }
                }
            }
        } catch (InterruptedException e) {
            stop(running);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the job ended: " + RootCause.message(e) + hint, e);
        } finally {
            stop = () -> {};
        }
    }

    private static Optional<JobStatus> status(JobClient client) throws InterruptedException {
        try {
            return Optional.of(client.getJobStatus().get(STOP_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty(); // it ends just now, or nobody is there to say
        }
    }

    private static boolean answers(KafkaJob job) {
        try {
            Topics.clusterId(job.kafka());
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** With a savepoint where there is a place for it; a job that takes too long goes on from its last checkpoint. */
    private void stop(Running running) {
        try {
            if (status(running.client)
                    .filter(JobStatus::isGloballyTerminalState)
                    .isPresent()) {
                return;
            }
            if (running.savepoints.isPresent()) {
                String target = running.savepoints.get().toUri().toString();
                String savepoint = running.client
                        .stopWithSavepoint(false, target, SavepointFormatType.CANONICAL)
                        .get(STOP_SECONDS, TimeUnit.SECONDS);
                said.accept("stopped with a savepoint: " + savepoint + "; start it again to go on");
                return;
            }
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            said.accept("stopped without a savepoint, and goes on from its last checkpoint: " + e);
        }
        cancel(running.client);
    }

    private static void cancel(JobClient client) {
        try {
            client.cancel().get(STOP_SECONDS, TimeUnit.SECONDS);
            client.getJobExecutionResult().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // cancelled jobs end with an exception, and one that cannot be is left to the process
        }
    }
}

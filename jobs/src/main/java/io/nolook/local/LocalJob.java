package io.nolook.local;

import io.nolook.job.KafkaJob;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job on a Flink MiniCluster in this process, against an embedded broker.
 *
 * <p>Checkpoints lie in a temporary folder, deleted on closing.
 */
public final class LocalJob<J extends KafkaJob> implements AutoCloseable {
    private static final long STOP_SECONDS = 300;

    private final TemporaryFolder folder;
    private final J job;
    private final JobClient client;
    private boolean stopped;

    private LocalJob(TemporaryFolder folder, J job, JobClient client) {
        this.folder = folder;
        this.job = job;
        this.client = client;
    }

    /** Starts the tokenizing job; see {@link #start(String, Configuration, Function)}. */
    public static LocalJob<TokenizeJob> start(String bootstrapServers, Configuration options) throws Exception {
        return start(bootstrapServers, options, TokenizeJob::new);
    }

    /**
     * Checks the options and starts a job.
     *
     * @param bootstrapServers of the broker
     * @param options nolook's and Flink's, over the defaults for one process (checkpoints every second)
     * @param make the job
     */
    public static <J extends KafkaJob> LocalJob<J> start(
            String bootstrapServers, Configuration options, Function<Configuration, J> make) throws Exception {
        TemporaryFolder folder = TemporaryFolder.create("nolook-flink-");
        Configuration configuration = withDefaults(folder, options);
        configuration.set(KafkaOptions.BOOTSTRAP_SERVERS, bootstrapServers);
        J job = make.apply(configuration);
        JobClient client = job.start(StreamExecutionEnvironment.createLocalEnvironment(job.configuration()));
        return new LocalJob<>(folder, job, client);
    }

    /** The options over the defaults for one process. */
    static Configuration withDefaults(TemporaryFolder folder, Configuration options) {
        Configuration configuration = folder.checkpoints();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 5);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, 1);
        configuration.addAll(options);
        return configuration;
    }

    public J job() {
        return job;
    }

    public JobClient client() {
        return client;
    }

    /**
     * Waits for the first completed checkpoint: every task has opened its model and runs.
     *
     * @throws IllegalStateException when the job fails or takes longer than {@code timeout}
     */
    public void awaitRunning(Duration timeout) throws Exception {
        long until = System.nanoTime() + timeout.toNanos();
        while (!checkpointed()) {
            JobStatus status = client.getJobStatus().get();
            if (status.isGloballyTerminalState()) {
                client.getJobExecutionResult().get();
                throw new IllegalStateException("found the job " + status + " before its first checkpoint");
            }
            if (System.nanoTime() > until) {
                throw new IllegalStateException("found the job " + status + " without a checkpoint after " + timeout);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /**
     * Sees that the job goes on.
     *
     * @throws IllegalStateException when it has ended, with why it failed as its cause
     */
    public void requireAlive() throws InterruptedException {
        CompletableFuture<JobExecutionResult> end = client.getJobExecutionResult();
        if (!end.isDone()) {
            return;
        }
        stopped = true; // and its cluster with it, which answers nothing any more
        try {
            end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("found the job ended, expected it to run: " + RootCause.message(e), e);
        }
        throw new IllegalStateException("found the job ended, expected it to run");
    }

    private boolean checkpointed() throws IOException {
        Path checkpoints = folder.path().resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return false;
        }
        try (Stream<Path> files = Files.find(checkpoints, 3, (path, attributes) -> path.endsWith("_metadata"))) {
            return files.findAny().isPresent();
        }
    }

    /** Takes what has arrived to its end, tails included, commits it and stops. */
    public void drain() throws InterruptedException, ExecutionException, TimeoutException {
        client.stopWithSavepoint(
                        true, folder.path().resolve("savepoint").toUri().toString(), SavepointFormatType.CANONICAL)
                .get(STOP_SECONDS, TimeUnit.SECONDS);
        stopped = true;
    }

    /**
     * Stops in the middle of what there is, to go on from there: nothing unfinished is completed.
     *
     * @param folder to write the savepoint under
     * @return the savepoint's own folder
     */
    public Path suspend(Path folder) throws InterruptedException, ExecutionException, TimeoutException {
        String savepoint = client.stopWithSavepoint(
                        false, folder.toAbsolutePath().toUri().toString(), SavepointFormatType.CANONICAL)
                .get(STOP_SECONDS, TimeUnit.SECONDS);
        stopped = true;
        return Path.of(URI.create(savepoint));
    }

    /** Waits until a bounded job has taken its input to the end, and committed it. */
    public void awaitEnd() throws InterruptedException, ExecutionException {
        client.getJobExecutionResult().get();
        stopped = true;
    }

    @Override
    public void close() throws IOException {
        if (!stopped) {
            try {
                client.cancel().get(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("the job did not stop", e);
            }
        }
        folder.close();
    }
}

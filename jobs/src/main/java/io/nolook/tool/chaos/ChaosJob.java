package io.nolook.tool.chaos;

import io.nolook.cluster.ClusterRest;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The tokenizing job on the cluster, as it runs now: its id, parallelism and graph. */
final class ChaosJob {
    /** Between two checkpoints. */
    static final int CHECKPOINT_MILLIS = 2000;
    /** What a checkpoint may take. */
    static final int CHECKPOINT_TIMEOUT_MILLIS = 4000;

    private static final int SAVEPOINT_TRIES = 3;

    private final ChaosCluster cluster;
    private final Configuration base;
    private final Path savepoints;
    private String id = "";
    private int parallelism;
    private boolean chained = true;

    ChaosJob(ChaosCluster cluster, Configuration options, Path checkpoints, Path savepoints) {
        this.cluster = cluster;
        this.savepoints = savepoints;
        base = new Configuration();
        base.set(TokenizeOptions.FRAME_SIZE, "64x64");
        base.setString("inference.device", "cpu");
        base.setString("state.backend.type", "rocksdb");
        base.setString("execution.checkpointing.incremental", "true");
        base.setString("execution.checkpointing.interval", CHECKPOINT_MILLIS + " ms");
        base.setString("execution.checkpointing.timeout", CHECKPOINT_TIMEOUT_MILLIS + " ms");
        base.setString("execution.checkpointing.tolerable-failed-checkpoints", "1000");
        base.setString("execution.checkpointing.dir", checkpoints.toUri().toString());
        base.setString("restart-strategy.type", "fixed-delay");
        base.setString("restart-strategy.fixed-delay.attempts", "1000000");
        base.setString("restart-strategy.fixed-delay.delay", "500 ms");
        base.set(KafkaOptions.TOPIC_REPLICATION, -1); // the brokers' default
        base.set(KafkaOptions.TOPIC_PARTITIONS, 4);
        base.addAll(options);
        base.set(KafkaOptions.BOOTSTRAP_SERVERS, cluster.bootstrapServers());
    }

    /** The options that the tokens depend on, and where the topics are. */
    Configuration configuration() {
        return base;
    }

    KafkaSettings kafka() {
        return new KafkaSettings(base);
    }

    String id() {
        return id;
    }

    int parallelism() {
        return parallelism;
    }

    boolean chained() {
        return chained;
    }

    /**
     * Submits the job; with a savepoint it goes on from there.
     *
     * @param newChained chained, with aligned checkpoints, batches of 8 and one thread of the model, or unchained, with
     *     unaligned checkpoints, batches of 3 and two threads; the tokens are the same
     */
    void start(int newParallelism, boolean newChained, Optional<String> savepoint) throws Exception {
        parallelism = newParallelism;
        chained = newChained;
        Configuration configuration = new Configuration(base);
        configuration.setString("parallelism.default", Integer.toString(parallelism));
        configuration.setString("pipeline.operator-chaining.enabled", Boolean.toString(chained));
        configuration.setString(InferenceOptions.BATCH_SIZE.key(), chained ? "8" : "3");
        configuration.setString("inference.threads", chained ? "1" : "2");
        configuration.setString("execution.checkpointing.unaligned.enabled", Boolean.toString(!chained));
        savepoint.ifPresent(path -> configuration.setString("execution.state-recovery.path", path));
        TokenizeJob job = new TokenizeJob(configuration);
        JobClient client = job.start(StreamExecutionEnvironment.createRemoteEnvironment(
                "127.0.0.1", cluster.restPort(), job.configuration()));
        id = client.getJobID().toHexString();
    }

    /**
     * Stops with a savepoint; with {@code drain} what is unfinished is completed first. A savepoint that fails leaves the
     * job running and is tried again.
     *
     * @return where the savepoint lies
     */
    String stop(Waiting waiting, boolean drain) throws Exception {
        IOException last = null;
        for (int tries = 0; tries < SAVEPOINT_TRIES; tries++) {
            try {
                return stopOnce(waiting, drain);
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private String stopOnce(Waiting waiting, boolean drain) throws Exception {
        ClusterRest rest = cluster.rest();
        String request = rest.stop(id, savepoints.toUri().toString(), Map.of("drain", drain));
        AtomicReference<String> location = new AtomicReference<>();
        waiting.until("savepoint", () -> {
            rest.savepoint(id, request).ifPresent(location::set);
            return location.get() != null;
        });
        waiting.until(
                "end of the job",
                () -> rest.state(id).filter("FINISHED"::equals).isPresent());
        return location.get();
    }
}

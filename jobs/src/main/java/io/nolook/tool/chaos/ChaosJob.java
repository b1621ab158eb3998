package io.nolook.tool.chaos;

import io.nolook.cluster.ClusterRest;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.job.KafkaJob;
import io.nolook.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** One job on the cluster, as it runs now: its id, parallelism and graph. */
final class ChaosJob {
    private static final int SAVEPOINT_TRIES = 3;

    private final ChaosCluster cluster;
    private final Configuration base;
    private final Path savepoints;
    private final Function<Configuration, KafkaJob> make;
    private final int[] parallelisms;
    private String id = "";
    private int rescales;
    private boolean chained = true;

    /**
     * @param options of the job; where the brokers are among them
     * @param parallelisms that it takes in turn, the first one first
     */
    ChaosJob(
            ChaosCluster cluster,
            Configuration options,
            Path savepoints,
            Function<Configuration, KafkaJob> make,
            int... parallelisms) {
        this.cluster = cluster;
        this.savepoints = savepoints;
        this.make = make;
        this.parallelisms = parallelisms.clone();
        base = make.apply(options).configuration();
    }

    /** The options that what it writes depends on, and where the topics are. */
    Configuration configuration() {
        return base;
    }

    KafkaSettings kafka() {
        return new KafkaSettings(base);
    }

    String id() {
        return id;
    }

    String name() {
        return base.get(PipelineOptions.NAME);
    }

    /** Submits the job; nothing was before. */
    void start() throws Exception {
        start(Optional.empty());
    }

    /**
     * Stops with a savepoint and goes on from there with the next parallelism; what it does now.
     *
     * @param disk that the checkpoints of the job before lie on
     */
    String rescale(Waiting waiting, CheckpointDisk disk) throws Exception {
        rescales++;
        return resubmit(waiting, disk);
    }

    /** Stops with a savepoint and goes on from there in its other shape; what it does now. */
    String upgrade(Waiting waiting, CheckpointDisk disk) throws Exception {
        chained = !chained;
        return resubmit(waiting, disk);
    }

    private String resubmit(Waiting waiting, CheckpointDisk disk) throws Exception {
        String before = id;
        String savepoint = stop(waiting, false);
        disk.forget(before);
        start(Optional.of(savepoint));
        return name() + " to " + parallelism() + (chained ? ", chained" : ", unchained");
    }

    private int parallelism() {
        return parallelisms[rescales % parallelisms.length];
    }

    /**
     * Submits the job. Chained, it has aligned checkpoints, batches of 8 and one thread of the model; unchained, it has
     * unaligned checkpoints, batches of 3 and two threads. What it writes is the same.
     */
    private void start(Optional<String> savepoint) throws Exception {
        Configuration configuration = new Configuration(base);
        configuration.setString("parallelism.default", Integer.toString(parallelism()));
        configuration.setString("pipeline.operator-chaining.enabled", Boolean.toString(chained));
        configuration.setString(InferenceOptions.BATCH_SIZE.key(), chained ? "8" : "3");
        configuration.setString("inference.threads", chained ? "1" : "2");
        configuration.setString("execution.checkpointing.unaligned.enabled", Boolean.toString(!chained));
        savepoint.ifPresent(path -> configuration.setString("execution.state-recovery.path", path));
        KafkaJob job = make.apply(configuration);
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

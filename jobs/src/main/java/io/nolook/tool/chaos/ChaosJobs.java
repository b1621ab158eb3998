package io.nolook.tool.chaos;

import io.nolook.cluster.ClusterRest;
import io.nolook.flink.generate.GenerateOptions;
import io.nolook.flink.recognize.RecognizeOptions;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.generate.GenerateJob;
import io.nolook.job.recognize.RecognizeJob;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicLag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;

/** The jobs on the cluster: one from frames to tokens, and those that read its tokens. */
final class ChaosJobs {
    /** Between two checkpoints. */
    static final int CHECKPOINT_MILLIS = 2000;
    /** What a checkpoint may take. */
    static final int CHECKPOINT_TIMEOUT_MILLIS = 4000;

    private static final double ANY_ACTION = 0.01; // there are many where nobody acts
    private static final double ANY_ANOMALY = 0.2; // bits a token: there are some where all is as usual

    private final ChaosCluster cluster;
    private final Waiting waiting;
    private final ChaosJob tokenizing;
    private final ChaosJob recognizing;
    private final ChaosJob archiving;
    private final Optional<ChaosJob> generating;

    /**
     * @param generates whether a generating job reads the tokens, too
     */
    ChaosJobs(
            ChaosCluster cluster,
            Waiting waiting,
            Configuration given,
            Path checkpoints,
            Path savepoints,
            boolean generates) {
        this.cluster = cluster;
        this.waiting = waiting;
        Configuration options = options(given, cluster.bootstrapServers(), checkpoints);
        tokenizing = new ChaosJob(cluster, options, savepoints, TokenizeJob::new, 2, 1, 4);
        Configuration reading = new Configuration(options);
        reading.set(KafkaOptions.DEAD_LETTERS_TOPIC, options.get(KafkaOptions.DEAD_LETTERS_TOPIC) + "-of-tokens");
        recognizing = new ChaosJob(cluster, reading, savepoints, RecognizeJob::new, 1, 2);
        archiving = new ChaosJob(cluster, reading, savepoints, ArchiveJob::new, 1, 2);
        generating = generates
                ? Optional.of(new ChaosJob(cluster, reading, savepoints, GenerateJob::new, 1, 2))
                : Optional.empty();
    }

    private static Configuration options(Configuration given, String bootstrapServers, Path checkpoints) {
        Configuration options = new Configuration();
        options.set(TokenizeOptions.FRAME_SIZE, "128x128"); // the recognizer's
        options.set(RecognizeOptions.ACTION_THRESHOLD, ANY_ACTION);
        options.set(RecognizeOptions.ACTION_RELEASE, ANY_ACTION);
        options.set(RecognizeOptions.ACTION_MIN_DURATION, Duration.ZERO);
        options.set(GenerateOptions.GENERATE_EVERY, Duration.ofSeconds(10));
        options.set(GenerateOptions.ANOMALY_THRESHOLD, ANY_ANOMALY);
        options.set(GenerateOptions.ANOMALY_RELEASE, ANY_ANOMALY / 2);
        options.setString("inference.device", "cpu");
        options.setString("state.backend.type", "rocksdb");
        options.setString("execution.checkpointing.incremental", "true");
        options.setString("execution.checkpointing.interval", CHECKPOINT_MILLIS + " ms");
        options.setString("execution.checkpointing.timeout", CHECKPOINT_TIMEOUT_MILLIS + " ms");
        options.setString("execution.checkpointing.tolerable-failed-checkpoints", "1000");
        options.setString("execution.checkpointing.dir", checkpoints.toUri().toString());
        options.setString("restart-strategy.type", "fixed-delay");
        options.setString("restart-strategy.fixed-delay.attempts", "1000000");
        options.setString("restart-strategy.fixed-delay.delay", "500 ms");
        options.set(KafkaOptions.TOPIC_REPLICATION, -1); // the brokers' default
        options.set(KafkaOptions.TOPIC_PARTITIONS, 4);
        options.addAll(given);
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, bootstrapServers);
        return options;
    }

    /** That which makes the tokens. */
    ChaosJob tokenizing() {
        return tokenizing;
    }

    /** Those that read the tokens: their topics, and dead letters of their own. */
    ChaosJob recognizing() {
        return recognizing;
    }

    Optional<ChaosJob> generating() {
        return generating;
    }

    private List<ChaosJob> readers() {
        return Stream.concat(Stream.of(recognizing, archiving), generating.stream())
                .toList();
    }

    /** One of them. */
    ChaosJob any(Random random) {
        return all().get(random.nextInt(all().size()));
    }

    private List<ChaosJob> all() {
        return Stream.concat(Stream.of(tokenizing), readers().stream()).toList();
    }

    /** Starts them and waits until each has a checkpoint. */
    void start() throws Exception {
        for (ChaosJob job : all()) {
            job.start();
        }
        awaitCheckpoint(0);
    }

    /** Waits for a completed checkpoint of each that was begun after a time: all tasks run. */
    void awaitCheckpoint(long afterMillis) throws Exception {
        for (ChaosJob job : all()) {
            waiting.until("completed checkpoint of " + job.name(), () -> {
                cluster.restartDead();
                ClusterRest rest = cluster.rest();
                if (rest.state(job.id()).filter("FAILED"::equals).isPresent()) {
                    throw new IllegalStateException("found job " + job.name() + " " + job.id()
                            + " FAILED, expected it to recover; see the logs");
                }
                return rest.completedCheckpointBegan(job.id()) > afterMillis;
            });
        }
    }

    /** Each reads all that there is, and ends; those that read tokens after that which makes them. */
    void drain() throws Exception {
        KafkaSettings frames = tokenizing.kafka();
        waiting.until("checkpoint of every frame", () -> TopicLag.uncheckpointedFrames(frames) == 0);
        tokenizing.stop(waiting, true);
        for (ChaosJob job : readers()) {
            KafkaSettings tokens = job.kafka();
            waiting.until(
                    "checkpoint of every token frame by " + job.name(),
                    () -> TopicLag.uncheckpointedTokens(tokens) == 0);
            job.stop(waiting, true);
        }
    }

    /** What each is doing, for people. */
    String describe() throws InterruptedException {
        StringBuilder said = new StringBuilder();
        for (ChaosJob job : all()) {
            said.append(job.name())
                    .append(": ")
                    .append(cluster.rest().describe(job.id()))
                    .append("; ");
        }
        return said.toString();
    }
}

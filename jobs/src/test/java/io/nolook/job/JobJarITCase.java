package io.nolook.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.cluster.ClusterRest;
import io.nolook.job.archive.TestTokens;
import io.nolook.job.tokenize.Recording;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.local.EmbeddedBroker;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job jar as {@code flink run} takes it, on a cluster of processes that has Flink and the native libraries only.
 *
 * <p>Jobs run on it one after another, so native code that is loaded a second time would be found.
 */
class JobJarITCase {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final int SLOTS = 4;
    private static final int CAMERAS = 2;
    private static final List<List<TokenFrame>> TOKENS = IntStream.range(0, CAMERAS)
            .mapToObj(camera -> TestTokens.camera(camera, 30))
            .peek(frames -> frames.forEach(frame -> frame.setTokenizerId("tiny-1-fe41e6d07877")))
            .toList();

    @TempDir
    private static Path folder;

    private static EmbeddedBroker broker;
    private static JarCluster cluster;
    private static ClusterRest rest;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(Map.of());
        cluster = JarCluster.start(folder, SLOTS);
        rest = cluster.rest();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        broker.close();
    }

    @Test
    void tokenizingRunsAndRunsAgain() throws Exception {
        Recording recording = new Recording(CAMERAS, 90);
        Configuration options = options("tokenize");
        for (int round = 1; round <= 2; round++) {
            String job = id(flinkRun("tokenize.TokenizeJob", config(options)));
            recording.send(new KafkaSettings(options), 45 * (round - 1), 45 * round);
            awaitCommitted(options.get(KafkaOptions.TOKENS_TOPIC), CAMERAS * 11 * round);
            if (round == 1) {
                assertThat(flinkRun("tokenize.TokenizeJob", config(options)))
                        .contains("delivery.transaction-prefix: found nolook-tokenize in use by job nolook-tokenize "
                                + job);
            }
            end(job);
            Awaitility.await().atMost(TIMEOUT).until(() -> rest.freeSlots() == SLOTS);
        }
    }

    /** All at once, each in a slot of its own. */
    @Test
    void everyJobRuns() throws Exception {
        Map<String, Integer> expected = Map.of(
                "recognize.RecognizeJob", 30,
                "detokenize.DetokenizeJob", 100,
                "archive.ArchiveJob", 3,
                "sequence.SequenceJob", 3);
        Map<String, ConfigOption<String>> written = Map.of(
                "recognize.RecognizeJob", KafkaOptions.ACTION_SCORES_TOPIC,
                "detokenize.DetokenizeJob", KafkaOptions.DECODED_FRAMES_TOPIC,
                "archive.ArchiveJob", KafkaOptions.ARCHIVE_TOPIC,
                "sequence.SequenceJob", KafkaOptions.SEQUENCES_TOPIC);
        Configuration options = options("every");
        TestTokens.createTopic(new KafkaSettings(options), options.get(KafkaOptions.TOKENS_TOPIC));
        TestTokens.send(new KafkaSettings(options), TOKENS, 0, 30);
        List<String> jobs = new ArrayList<>();
        for (String name : expected.keySet()) {
            jobs.add(id(flinkRun(name, config(options), "-D", "parallelism.default=1")));
        }
        for (String name : expected.keySet()) {
            awaitCommitted(options.get(written.get(name)), expected.get(name));
        }
        for (String job : jobs) {
            end(job);
        }
        Awaitility.await().atMost(TIMEOUT).until(() -> rest.freeSlots() == SLOTS);
    }

    @Test
    void aJobThatTheClusterHasNoRoomForSaysSoAndEnds() throws Exception {
        String said = flinkRun(
                "tokenize.TokenizeJob", config(options("crowded")), "-D", "parallelism.default=" + (SLOTS + 1));
        assertThat(said)
                .contains("found " + SLOTS + " free slots on the cluster, expected at least " + (SLOTS + 1))
                .contains("taskmanager.numberOfTaskSlots");
        assertThat(rest.freeSlots()).isEqualTo(SLOTS);
    }

    @Test
    void theJobJarHoldsWhatJobsNeedAndNothingElse() throws IOException {
        try (JarFile jar = new JarFile(TARGET.resolve("nolook-jobs.jar").toFile())) {
            List<String> entries = jar.stream().map(entry -> entry.getName()).toList();
            assertThat(entries)
                    .contains(
                            "io/nolook/job/tokenize/TokenizeJob.class",
                            "models/nolook-small/encoder.onnx",
                            "org/apache/flink/connector/kafka/sink/AdminClosingKafkaSink.class");
            assertThat(entries)
                    .noneMatch(entry -> entry.startsWith("io/nolook/tool/")
                            || entry.startsWith("io/nolook/cli/")
                            || entry.startsWith("io/nolook/local/")
                            || entry.startsWith("io/nolook/camera/")
                            || entry.startsWith("kafka/server/")
                            || entry.startsWith("ai/onnxruntime/")
                            || entry.startsWith("org/bytedeco/")
                            || entry.startsWith("org/apache/flink/runtime/")
                            || entry.endsWith(".so"));
        }
        try (Stream<Path> files = Files.list(TARGET.resolve("cluster-lib"))) {
            long needed = files.filter(file -> !file.getFileName().toString().startsWith("onnxruntime"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            assertThat(needed + Files.size(TARGET.resolve("nolook-jobs.jar"))).isLessThan(100L << 20);
        }
    }

    private static Configuration options(String name) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.FRAMES_TOPIC, name + "-in");
        options.set(KafkaOptions.TOKENS_TOPIC, name + "-tokens");
        options.set(KafkaOptions.ACTION_SCORES_TOPIC, name + "-scores");
        options.set(KafkaOptions.ACTIONS_TOPIC, name + "-actions");
        options.set(KafkaOptions.DECODED_FRAMES_TOPIC, name + "-frames");
        options.set(KafkaOptions.ARCHIVE_TOPIC, name + "-segments");
        options.set(KafkaOptions.SEQUENCES_TOPIC, name + "-windows");
        options.set(KafkaOptions.DEAD_LETTERS_TOPIC, name + "-dead");
        return options;
    }

    /** As a user's file: the small models of the tests, quick checkpoints. */
    private static Path config(Configuration options) throws IOException {
        Path models = Path.of("../operators/src/test/resources/models").toAbsolutePath();
        List<String> lines = new ArrayList<>(List.of(
                "model.encoder = " + models.resolve("tiny-encoder.onnx"),
                "model.decoder = " + models.resolve("tiny-decoder.onnx"),
                "model.recognizer = " + models.resolve("tiny-recognizer.onnx"),
                "frame.size = 32x32",
                "sequence.context-length = 50",
                "topics.replication = 1",
                "topics.partitions = 2",
                "parallelism.default = 2",
                "inference.device = cpu",
                "execution.checkpointing.interval = 500 ms",
                "execution.checkpointing.dir = " + folder.resolve("checkpoints").toUri()));
        options.toMap().forEach((key, value) -> lines.add(key + " = " + value));
        return Files.write(Files.createTempFile(folder, "nolook", ".properties"), lines);
    }

    /** What {@code flink run -d -c CLASS nolook-jobs.jar ...} says. */
    private static String flinkRun(String job, Path config, String... more) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(ProcessHandle.current().info().command().orElse("java"), "-cp", JarCluster.CLASS_PATH));
        command.addAll(JarCluster.opens());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(
                "org.apache.flink.client.cli.CliFrontend",
                "run",
                "-d",
                "-c",
                "io.nolook.job." + job,
                TARGET.resolve("nolook-jobs.jar").toString(),
                "--config",
                config.toString()));
        command.addAll(List.of(more));
        Path said = Files.createTempFile(folder, "run", ".log");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("FLINK_CONF_DIR", cluster.conf().toString());
        Process process =
                builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return Files.readString(said);
    }

    private static String id(String said) {
        Matcher id = Pattern.compile("job nolook-\\w+: ([0-9a-f]{32})").matcher(said);
        assertThat(id.find()).as(said).isTrue();
        return id.group(1);
    }

    private static void awaitCommitted(String topic, int records) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        Awaitility.await("committed records of " + topic)
                .atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    int[] count = {0};
                    try (TopicReader reader =
                            new TopicReader(new KafkaSettings(options), topic, IsolationLevel.READ_COMMITTED)) {
                        reader.readToEnd(record -> count[0]++);
                    }
                    return count[0] >= records;
                });
    }

    private static void end(String job) throws Exception {
        rest.stop(job, folder.resolve("savepoints").toUri().toString(), Map.of("drain", true));
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> rest.state(job).filter("FINISHED"::equals).isPresent());
    }
}

package io.nolook.job.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.flink.generate.GenerateOptions;
import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.generate.OnnxPredictorLoader;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.generation.Continuation;
import io.nolook.job.recognize.SimulatedTokens;
import io.nolook.kafka.ControlTopic;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.StreamModel;
import io.nolook.offline.OfflinePredictor;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.Surprise;
import io.nolook.schema.TokenFrame;
import io.nolook.tool.generation.LiveContinuation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generating job on a real broker: what the offline core gives, bit for bit, whatever happens. */
class GenerateJobITCase {
    private static final AtomicInteger RUN = new AtomicInteger();
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final Duration EVERY = Duration.ofSeconds(20);
    private static final int CAMERAS = 2;
    private static final int FRAMES = 381; // 96 token frames: enough to know what is usual
    private static EmbeddedBroker broker;
    private static List<TokenFrame> tokens;
    private static Map<String, List<Surprise>> surprises;
    private static ExpectedSamples continuations;

    private Configuration options;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start(Map.of());
        tokens = SimulatedTokens.of(CAMERAS, FRAMES);
        surprises = offline();
        continuations = ExpectedSamples.of(byCamera(tokens, TokenFrame::getCamera), EVERY);
        assertThat(continuations.expected()).isNotEmpty();
    }

    /** What the predictor says of each camera alone. */
    private static Map<String, List<Surprise>> offline() {
        Configuration alone = new Configuration();
        alone.setString("inference.device", "cpu");
        alone.set(InferenceOptions.BATCH_SIZE, 1);
        Map<String, List<Surprise>> found = new TreeMap<>();
        try (StreamModel<int[], float[]> model = new OnnxPredictorLoader(GenerateSettings.of(alone)).open()) {
            byCamera(tokens, TokenFrame::getCamera).forEach((camera, frames) -> {
                OfflinePredictor predictor = new OfflinePredictor(model);
                found.put(
                        camera,
                        frames.stream()
                                .flatMap(frame -> predictor.take(frame).stream())
                                .toList());
            });
        }
        return found;
    }

    @AfterAll
    static void stopBroker() {
        continuations.close();
        broker.close();
    }

    /** Every test has topics of its own. */
    @BeforeEach
    void ownTopics() {
        int run = RUN.incrementAndGet();
        options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOKENS_TOPIC, "tokens-" + run);
        options.set(KafkaOptions.ANOMALIES_TOPIC, "anomalies-" + run);
        options.set(KafkaOptions.SURPRISE_TOPIC, "surprise-" + run);
        options.set(KafkaOptions.GENERATED_TOPIC, "generated-" + run);
        options.set(KafkaOptions.CONTROL_TOPIC, "control-" + run);
        options.set(KafkaOptions.CONTROL_STATUS_TOPIC, "control-status-" + run);
        options.set(KafkaOptions.DEAD_LETTERS_TOPIC, "dead-letters-" + run);
        options.set(KafkaOptions.TRANSACTION_PREFIX, "test-" + run);
        options.set(KafkaOptions.GROUP_ID, "test-" + run);
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 4);
        // low, so that there are anomalies in pictures where all is as usual
        options.set(GenerateOptions.ANOMALY_THRESHOLD, 0.2);
        options.set(GenerateOptions.ANOMALY_RELEASE, 0.1);
        options.set(GenerateOptions.GENERATE_EVERY, EVERY);
        options.set(GenerateOptions.GENERATE_SEED, ExpectedSamples.ASKED.seed());
        options.set(GenerateOptions.GENERATE_FRAMES, ExpectedSamples.ASKED.frames());
        options.set(GenerateOptions.GENERATE_SAMPLES, ExpectedSamples.ASKED.samples());
        options.setString("inference.device", "cpu");
        options.set(InferenceOptions.BATCH_SIZE, 2);
        options.setString("execution.checkpointing.interval", "500 ms");
    }

    /** Tokens of another tokenizer become dead letters, and harm nobody. */
    @Test
    void allIsThatOfTheOfflineCore() throws Exception {
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        TokenFrame other = format.decode(format.encode(tokens.get(0)));
        other.setTokenizerId("other-1");
        options.set(CoreOptions.DEFAULT_PARALLELISM, 1);
        options.set(InferenceOptions.BATCH_SIZE, 1);
        try (LocalJob<GenerateJob> job = LocalJob.start(broker.bootstrapServers(), options, GenerateJob::new)) {
            SimulatedTokens.send(new KafkaSettings(options), List.of(other));
            SimulatedTokens.send(new KafkaSettings(options), tokens);
            awaitSurprise(tokens.size());
            awaitGenerated(continuations.expected().size());
            job.drain();
        }
        assertOffline();
        List<FailedFrame> dead =
                read(KafkaOptions.DEAD_LETTERS_TOPIC, IsolationLevel.READ_COMMITTED, SingleObject.failedFrames());
        assertThat(dead).extracting(FailedFrame::getCode).containsExactly("RECORD_OF_OTHER_TOKENIZER");
        assertThat(dead.get(0).getReason()).contains("other-1", tokens.get(0).getTokenizerId());
    }

    /** A TaskManager dies amid a run; another takes over from the last checkpoint, and no activations are in memory. */
    @Test
    void killedTaskManagerLosesAndRepeatsNothing(@TempDir Path folder) throws Exception {
        options.set(CoreOptions.DEFAULT_PARALLELISM, 2);
        options.set(InferenceOptions.BATCH_SIZE, 3);
        options.setString("activations.max-bytes", "0b");
        options.setString("state.backend.type", "rocksdb");
        options.setString("execution.checkpointing.dir", folder.toUri().toString());
        options.setString("restart-strategy.type", "fixed-delay");
        options.setString("restart-strategy.fixed-delay.attempts", "10");
        options.setString("restart-strategy.fixed-delay.delay", "200 ms");
        options.set(RestOptions.BIND_PORT, "0");
        options.set(TaskManagerOptions.NUM_TASK_SLOTS, 2);
        GenerateJob job = new GenerateJob(options);
        MiniClusterConfiguration cluster = new MiniClusterConfiguration.Builder()
                .setConfiguration(job.configuration())
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(2)
                .build();
        try (MiniCluster mini = new MiniCluster(cluster)) {
            mini.start();
            StreamExecutionEnvironment environment =
                    StreamExecutionEnvironment.getExecutionEnvironment(job.configuration());
            job.wire(environment);
            var submitted =
                    mini.submitJob(environment.getStreamGraph().getJobGraph()).get();
            SimulatedTokens.send(new KafkaSettings(options), tokens.subList(0, tokens.size() / 2));
            awaitSurprise(tokens.size() / 3);
            awaitGenerated(1);
            mini.terminateTaskManager(0).get();
            mini.startTaskManager();
            SimulatedTokens.send(new KafkaSettings(options), tokens.subList(tokens.size() / 2, tokens.size()));
            awaitSurprise(tokens.size());
            awaitGenerated(continuations.expected().size());
            mini.stopWithSavepoint(
                            submitted.getJobID(),
                            folder.resolve("savepoint").toUri().toString(),
                            true,
                            SavepointFormatType.CANONICAL)
                    .get();
        }
        assertOffline();
    }

    /** Stopped with a savepoint amid clips and what is usual for each camera, and resumed with more tasks. */
    @Test
    void goesOnFromASavepointWithMoreTasks(@TempDir Path folder) throws Exception {
        Path savepoint;
        try (LocalJob<GenerateJob> job = LocalJob.start(broker.bootstrapServers(), options, GenerateJob::new)) {
            SimulatedTokens.send(new KafkaSettings(options), tokens.subList(0, tokens.size() * 3 / 4 + 1));
            awaitSurprise(tokens.size() * 3 / 4);
            awaitGenerated(1);
            savepoint = job.suspend(folder);
        }
        options.set(CoreOptions.DEFAULT_PARALLELISM, 2);
        options.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
        try (LocalJob<GenerateJob> job = LocalJob.start(broker.bootstrapServers(), options, GenerateJob::new)) {
            SimulatedTokens.send(new KafkaSettings(options), tokens.subList(tokens.size() * 3 / 4 + 1, tokens.size()));
            awaitSurprise(tokens.size());
            awaitGenerated(continuations.expected().size());
            job.drain();
        }
        assertOffline();
    }

    /** Behind whatever came last, each by itself; the same seed at the same place gives the same samples. */
    @Test
    void continuesWhenAskedAndRefusesWhatItCannot() throws Exception {
        Continuation asked = new Continuation(11, 0.5f, 8, 3, 2);
        try (LocalJob<GenerateJob> job = LocalJob.start(broker.bootstrapServers(), options, GenerateJob::new)) {
            KafkaSettings kafka = new KafkaSettings(options);
            SimulatedTokens.send(kafka, tokens.subList(0, tokens.size() / 2));
            awaitGenerated(1);
            LiveContinuation live = new LiveContinuation(kafka, new ControlTopic(kafka, "test"));
            String camera = tokens.get(0).getCamera();

            Map<String, List<TokenFrame>> first = live.ask(camera, asked, TIMEOUT);
            Map<String, List<TokenFrame>> again = live.ask(camera, asked, TIMEOUT);
            assertThat(tokensOf(again)).isEqualTo(tokensOf(first)).hasSize(2).doesNotHaveDuplicates();
            assertThat(again.keySet()).doesNotContainAnyElementsOf(first.keySet());
            first.values().forEach(sample -> continuations.check(sample, asked));

            assertThatThrownBy(() -> live.ask("nobody", asked, TIMEOUT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("camera nobody: found no token frame of it");
            job.drain();
            Map<String, List<TokenFrame>> all = byCamera(
                    read(KafkaOptions.GENERATED_TOPIC, IsolationLevel.READ_COMMITTED, SingleObject.tokenFrames()),
                    TokenFrame::getCamera);
            assertThat(all).containsAllEntriesOf(first).containsAllEntriesOf(again);
        }
    }

    private static List<List<ByteBuffer>> tokensOf(Map<String, List<TokenFrame>> samples) {
        return samples.values().stream()
                .map(frames -> frames.stream().map(TokenFrame::getTokens).toList())
                .toList();
    }

    @Test
    void badOptionsAreRefusedBeforeAnythingRuns() {
        options.setString("anomaly.release", "0.9");
        assertThatThrownBy(() -> new GenerateJob(options)).hasMessageContaining("anomaly.release: found 0.9");
        options.setString("anomaly.release", "0.1");
        options.setString("anomaly.max-duration", "1 ms");
        assertThatThrownBy(() -> new GenerateJob(options)).hasMessageContaining("anomaly.max-duration: found PT0.001S");
        options.setString("anomaly.max-duration", "1 min");
        options.setString("generate.every", "1 ms");
        assertThatThrownBy(() -> new GenerateJob(options)).hasMessageContaining("generate.every: found PT0.001S");
        options.setString("generate.every", "1 s");
        options.setString("generate.samples", "17");
        assertThatThrownBy(() -> new GenerateJob(options))
                .hasMessage("generate.*: samples: found 17, expected 1 to 16");
    }

    /** By camera, everything in order: what one camera alone gives. */
    private void assertOffline() {
        assertThat(byCamera(
                        read(KafkaOptions.SURPRISE_TOPIC, IsolationLevel.READ_COMMITTED, SingleObject.surprises()),
                        Surprise::getCamera))
                .isEqualTo(surprises);
        Map<String, List<AnomalyEvent>> events = new TreeMap<>();
        surprises.forEach((camera, mine) -> events.put(
                camera,
                OfflinePredictor.anomalies(mine, GenerateSettings.of(options).anomalyThresholds())));
        events.values().removeIf(List::isEmpty);
        assertThat(byCamera(
                        read(KafkaOptions.ANOMALIES_TOPIC, IsolationLevel.READ_COMMITTED, SingleObject.anomalyEvents()),
                        AnomalyEvent::getCamera))
                .isNotEmpty()
                .isEqualTo(events);
        assertThat(byCamera(
                        read(KafkaOptions.GENERATED_TOPIC, IsolationLevel.READ_COMMITTED, SingleObject.tokenFrames()),
                        TokenFrame::getCamera))
                .isEqualTo(continuations.expected());
    }

    private void awaitSurprise(int count) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(500))
                .until(() ->
                        read(KafkaOptions.SURPRISE_TOPIC, IsolationLevel.READ_UNCOMMITTED, SingleObject.surprises())
                                        .stream()
                                        .map(surprise -> List.of(
                                                surprise.getCamera(), surprise.getClip(), surprise.getPosition()))
                                        .distinct()
                                        .count()
                                >= count);
    }

    /** So many samples have begun: the sampler is open. */
    private void awaitGenerated(int samples) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(500))
                .until(() ->
                        read(KafkaOptions.GENERATED_TOPIC, IsolationLevel.READ_UNCOMMITTED, SingleObject.tokenFrames())
                                        .stream()
                                        .map(TokenFrame::getCamera)
                                        .distinct()
                                        .count()
                                >= samples);
    }

    private static <T> Map<String, List<T>> byCamera(List<T> records, Function<T, String> camera) {
        Map<String, List<T>> found = new TreeMap<>();
        records.forEach(each -> found.computeIfAbsent(camera.apply(each), name -> new ArrayList<>())
                .add(each));
        return found;
    }

    private <T extends SpecificRecordBase> List<T> read(
            ConfigOption<String> topic, IsolationLevel isolation, SingleObject<T> format) {
        return TopicRecords.read(new KafkaSettings(options), options.get(topic), isolation, format);
    }
}

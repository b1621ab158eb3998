package io.nolook.job.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.recognize.OnnxRecognizerLoader;
import io.nolook.flink.recognize.RecognizeOptions;
import io.nolook.flink.recognize.RecognizeSettings;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.StreamModel;
import io.nolook.offline.OfflineDetector;
import io.nolook.offline.OfflineRecognizer;
import io.nolook.recognition.RecognizerSpec;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recognizing job on a real broker: scores and actions of the offline core, bit for bit, whatever happens. */
class RecognizeJobITCase {
    private static final AtomicInteger RUN = new AtomicInteger();
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final int CAMERAS = 4;
    private static final int FRAMES = 61;
    private static EmbeddedBroker broker;
    private static List<TokenFrame> tokens;

    private Configuration options;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start(Map.of());
        tokens = SimulatedTokens.of(CAMERAS, FRAMES);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** Every test has topics of its own. */
    @BeforeEach
    void ownTopics() {
        int run = RUN.incrementAndGet();
        options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOKENS_TOPIC, "tokens-" + run);
        options.set(KafkaOptions.ACTIONS_TOPIC, "actions-" + run);
        options.set(KafkaOptions.ACTION_SCORES_TOPIC, "action-scores-" + run);
        options.set(KafkaOptions.DEAD_LETTERS_TOPIC, "dead-letters-" + run);
        options.set(KafkaOptions.TRANSACTION_PREFIX, "test-" + run);
        options.set(KafkaOptions.GROUP_ID, "test-" + run);
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 4);
        // low, so that there are many actions in pictures of no action
        options.set(RecognizeOptions.ACTION_THRESHOLD, 0.01);
        options.set(RecognizeOptions.ACTION_RELEASE, 0.01);
        options.setString("action.min-duration", "0 ms");
        options.setString("inference.device", "cpu");
        options.setString("execution.checkpointing.interval", "500 ms");
    }

    @ParameterizedTest(name = "parallelism {0}, batch {1}, {2}, activations {3}")
    @CsvSource({"1, 1, hashmap, 64mb", "2, 8, rocksdb, 64mb", "2, 3, hashmap, 0b"})
    void scoresAndActionsAreThoseOfTheOfflineCore(int parallelism, int batch, String backend, String activations)
            throws Exception {
        options.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        options.set(InferenceOptions.BATCH_SIZE, batch);
        options.setString("activations.max-bytes", activations);
        options.setString("state.backend.type", backend);
        try (LocalJob<RecognizeJob> job = LocalJob.start(broker.bootstrapServers(), options, RecognizeJob::new)) {
            SimulatedTokens.send(new KafkaSettings(options), tokens);
            awaitScores(tokens.size());
            job.drain();
        }
        assertOffline();
        assertThat(read(KafkaOptions.DEAD_LETTERS_TOPIC, IsolationLevel.READ_COMMITTED, SingleObject.failedFrames()))
                .isEmpty();
    }

    /** A TaskManager dies amid a run; another takes over from the last checkpoint. */
    @Test
    void killedTaskManagerLosesAndRepeatsNothing(@TempDir Path folder) throws Exception {
        options.set(CoreOptions.DEFAULT_PARALLELISM, 2);
        options.setString("execution.checkpointing.dir", folder.toUri().toString());
        options.setString("restart-strategy.type", "fixed-delay");
        options.setString("restart-strategy.fixed-delay.attempts", "10");
        options.setString("restart-strategy.fixed-delay.delay", "200 ms");
        options.set(RestOptions.BIND_PORT, "0");
        options.set(TaskManagerOptions.NUM_TASK_SLOTS, 2);
        RecognizeJob job = new RecognizeJob(options);
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
            awaitScores(tokens.size() / 3);
            mini.terminateTaskManager(0).get();
            mini.startTaskManager();
            SimulatedTokens.send(new KafkaSettings(options), tokens.subList(tokens.size() / 2, tokens.size()));
            awaitScores(tokens.size());
            mini.stopWithSavepoint(
                            submitted.getJobID(),
                            folder.resolve("savepoint").toUri().toString(),
                            true,
                            SavepointFormatType.CANONICAL)
                    .get();
        }
        assertOffline();
    }

    @Test
    void tokensOfAnotherTokenizerAreDeadLettersAndHarmNobody() throws Exception {
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        TokenFrame other = format.decode(format.encode(tokens.get(0)));
        other.setTokenizerId("other-1");
        try (LocalJob<RecognizeJob> job = LocalJob.start(broker.bootstrapServers(), options, RecognizeJob::new)) {
            SimulatedTokens.send(new KafkaSettings(options), List.of(other));
            SimulatedTokens.send(new KafkaSettings(options), tokens);
            awaitScores(tokens.size());
            job.drain();
        }
        assertOffline();
        List<FailedFrame> dead =
                read(KafkaOptions.DEAD_LETTERS_TOPIC, IsolationLevel.READ_COMMITTED, SingleObject.failedFrames());
        assertThat(dead).extracting(FailedFrame::getCode).containsExactly("RECORD_OF_OTHER_TOKENIZER");
        assertThat(dead.get(0).getReason()).contains("other-1", tokens.get(0).getTokenizerId());
    }

    @Test
    void badOptionsAreRefusedBeforeAnythingRuns() {
        options.setString("action.release", "0.9");
        assertThatThrownBy(() -> new RecognizeJob(options)).hasMessageContaining("action.release: found 0.9");
        options.setString("action.release", "0.01");
        options.setString("scores.every", "0");
        assertThatThrownBy(() -> new RecognizeJob(options)).hasMessageContaining("scores.every: found 0");
    }

    /** By camera, everything in order: what one camera alone gives. */
    private void assertOffline() {
        Map<String, List<ActionScores>> scores = new TreeMap<>();
        Map<String, List<ActionEvent>> events = new TreeMap<>();
        RecognizeSettings settings = RecognizeSettings.of(options);
        try (StreamModel<int[], float[]> model = new OnnxRecognizerLoader(settings).open()) {
            RecognizerSpec spec = RecognizerSpec.of(model.spec());
            for (int camera = 0; camera < CAMERAS; camera++) {
                String name = "camera-" + camera;
                OfflineRecognizer offline = new OfflineRecognizer(model);
                List<ActionScores> mine = new ArrayList<>();
                tokens.stream()
                        .filter(frame -> frame.getCamera().equals(name))
                        .forEach(frame -> offline.take(frame).ifPresent(mine::add));
                scores.put(name, mine);
                events.put(name, OfflineDetector.events(mine, settings.eventThresholds(spec.backgroundIndex())));
            }
        }
        assertThat(byCamera(read(
                        KafkaOptions.ACTION_SCORES_TOPIC, IsolationLevel.READ_COMMITTED, SingleObject.actionScores())))
                .isEqualTo(scores);
        Map<String, List<ActionEvent>> found = new TreeMap<>();
        read(KafkaOptions.ACTIONS_TOPIC, IsolationLevel.READ_COMMITTED, SingleObject.actionEvents())
                .forEach(event -> found.computeIfAbsent(event.getCamera(), camera -> new ArrayList<>())
                        .add(event));
        events.values().removeIf(List::isEmpty);
        assertThat(found).isNotEmpty().isEqualTo(events);
    }

    private void awaitScores(int count) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(500))
                .until(() ->
                        read(
                                                KafkaOptions.ACTION_SCORES_TOPIC,
                                                IsolationLevel.READ_UNCOMMITTED,
                                                SingleObject.actionScores())
                                        .stream()
                                        .map(scores ->
                                                List.of(scores.getCamera(), scores.getRun(), scores.getPosition()))
                                        .distinct()
                                        .count()
                                >= count);
    }

    private static Map<String, List<ActionScores>> byCamera(List<ActionScores> scores) {
        Map<String, List<ActionScores>> found = new TreeMap<>();
        scores.forEach(each -> found.computeIfAbsent(each.getCamera(), camera -> new ArrayList<>())
                .add(each));
        return found;
    }

    private <T extends SpecificRecordBase> List<T> read(
            ConfigOption<String> topic, IsolationLevel isolation, SingleObject<T> format) {
        return TopicRecords.read(new KafkaSettings(options), options.get(topic), isolation, format);
    }
}

package io.nolook.job.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PictureSource;
import io.nolook.job.tokenize.Recording;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.media.Inputs;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was tokenized once is tokenized again, from the topic or from recordings: the same tokens, bit for bit. */
class BackfillITCase {
    private static EmbeddedBroker broker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start(Map.of());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static Configuration options(String run) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.FRAMES_TOPIC, "frames-" + run);
        options.set(KafkaOptions.TOKENS_TOPIC, "tokens-" + run);
        options.set(KafkaOptions.DEAD_LETTERS_TOPIC, "dead-letters-" + run);
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 2);
        options.set(TokenizeOptions.FRAME_SIZE, "64x64");
        options.set(InferenceOptions.BATCH_SIZE, 4);
        options.setString("inference.device", "cpu");
        options.setString("execution.checkpointing.interval", "500 ms");
        return options;
    }

    @Test
    void aRangeOfTheTopicGivesTheLiveTokens() throws Exception {
        Configuration options = options("topic");
        Recording recording = new Recording(5, 47);
        try (LocalJob<TokenizeJob> live = LocalJob.start(broker.bootstrapServers(), options)) {
            recording.send(live.job().kafka(), 0, 47);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .until(() -> frames("tokens-topic", IsolationLevel.READ_UNCOMMITTED) >= 5 * 45);
            live.drain();
        }
        Map<String, List<TokenFrame>> live = tokens("tokens-topic");
        assertThat(live).hasSize(5);
        for (String run : List.of("again", "and-again")) {
            options.set(KafkaOptions.TOKENS_TOPIC, "tokens-" + run);
            options.set(KafkaOptions.STOP, KafkaOptions.Stop.LATEST);
            TokenizeJob backfill = new TokenizeJob(options);
            backfill.start(StreamExecutionEnvironment.createLocalEnvironment(backfill.configuration()))
                    .getJobExecutionResult()
                    .get();
            assertThat(tokens("tokens-" + run)).isEqualTo(live);
        }
    }

    /** Recordings of different lengths, more than a batch; a TaskManager dies on the way. */
    @Test
    void recordingsGiveTheTokensOfTheOfflineCore() throws Exception {
        Configuration options = options("recordings");
        options.set(CoreOptions.DEFAULT_PARALLELISM, 2);
        options.setString(
                "execution.checkpointing.dir",
                folder.resolve("checkpoints").toUri().toString());
        options.setString("restart-strategy.type", "fixed-delay");
        options.setString("restart-strategy.fixed-delay.attempts", "10");
        options.setString("restart-strategy.fixed-delay.delay", "200 ms");
        options.set(RestOptions.BIND_PORT, "0");
        options.set(TaskManagerOptions.NUM_TASK_SLOTS, 2);
        List<Path> recordings = recordings(6);
        BackfillJob job = new BackfillJob(options, recordings);
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
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .until(() -> frames("tokens-recordings", IsolationLevel.READ_UNCOMMITTED) > 100);
            mini.terminateTaskManager(0).get();
            mini.startTaskManager();
            mini.requestJobResult(submitted.getJobID())
                    .get()
                    .toJobExecutionResult(getClass().getClassLoader());
        }
        assertThat(tokens("tokens-recordings")).isEqualTo(offline(recordings, options));
    }

    @Test
    void recordingsOfOneNameAreRefused() {
        List<Path> two = List.of(Path.of("a/door.mp4"), Path.of("b/door.avi"));
        assertThatThrownBy(() -> new BackfillJob(options("x"), two))
                .hasMessage("found two recordings named door, expected different names: each is a camera");
        assertThatThrownBy(() -> BackfillJob.in(Files.createDirectories(folder.resolve("empty"))))
                .hasMessageContaining("expected videos");
    }

    /** Folders of PNG pictures, which are what they are on any machine. */
    private List<Path> recordings(int count) throws IOException {
        List<Path> recordings = new ArrayList<>();
        PictureEncoder encoder = new PictureEncoder();
        for (int camera = 0; camera < count; camera++) {
            Path recording = Files.createDirectories(folder.resolve("recording-" + camera));
            SimulatedCamera simulated = new SimulatedCamera(camera, 80, 64);
            for (int i = 0; i < 60 + 7 * camera; i++) {
                Files.write(recording.resolve("%05d.png".formatted(i)), encoder.png(simulated.picture(i)));
            }
            recordings.add(recording);
        }
        return recordings;
    }

    private static Map<String, List<TokenFrame>> offline(List<Path> recordings, Configuration options)
            throws IOException {
        TokenizeSettings settings = TokenizeSettings.of(options);
        Map<String, List<TokenFrame>> tokens = new TreeMap<>();
        try (VideoTokenizer tokenizer = new OnnxTokenizerLoader(settings).open()) {
            for (Path recording : recordings) {
                List<TokenFrame> mine = new ArrayList<>();
                String camera = recording.getFileName().toString();
                try (PictureSource source = Inputs.open(recording.toString())) {
                    new OfflineTokenizer(tokenizer, settings).tokenize(source, camera, mine::add);
                }
                tokens.put(camera, mine);
            }
        }
        return tokens;
    }

    private static long frames(String topic, IsolationLevel isolation) {
        return TopicRecords.read(new KafkaSettings(options("read")), topic, isolation, SingleObject.tokenFrames())
                .stream()
                .mapToLong(TokenFrame::getFrames)
                .sum();
    }

    private static Map<String, List<TokenFrame>> tokens(String topic) {
        return TopicRecords.tokens(new KafkaSettings(options("read")), topic);
    }
}

package io.nolook.job.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.cli.Main;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PictureSink;
import io.nolook.frame.PictureSource;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.media.Inputs;
import io.nolook.media.Outputs;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
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
import picocli.CommandLine;

/** What was tokenized once is tokenized again, from the topic or from recordings: the same tokens, bit for bit. */
class BackfillITCase {
    private static final long BEGAN = 1_700_000_000_000_000L;
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
        var cameras = new io.nolook.job.tokenize.Recording(5, 47);
        try (LocalJob<TokenizeJob> live = LocalJob.start(broker.bootstrapServers(), options)) {
            cameras.send(live.job().kafka(), 0, 47);
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
        BackfillJob job = new BackfillJob(
                options,
                recordings.stream()
                        .map(path -> Recording.of(path, "recording/", OptionalLong.of(BEGAN)))
                        .toList());
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

    /** From the command line: what is cut off, no video, hidden, and whole; a job that failed would not start again. */
    @Test
    void aDamagedRecordingEndsThereAndTheOthersGoOn() throws Exception {
        Path videos = Files.createDirectory(folder.resolve("videos"));
        for (String name : List.of("good", "cut")) {
            try (PictureSink sink = Outputs.open(videos.resolve(name + ".mp4"), 25)) {
                for (int i = 0; i < 40; i++) {
                    sink.write(new SimulatedCamera(1, 64, 64).picture(i));
                }
            }
        }
        Path cut = videos.resolve("cut.mp4");
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length * 7 / 10));
        Files.writeString(videos.resolve("broken.mp4"), "no video");
        Files.writeString(videos.resolve("notes.txt"), "no video");
        Files.writeString(videos.resolve(".hidden.mp4"), "hidden");
        Configuration options = options("damaged");
        options.setString("restart-strategy.type", "disable");
        List<String> settings = new ArrayList<>();
        options.toMap().forEach((key, value) -> settings.addAll(List.of("-D", key + "=" + value)));

        List<String> said = nolook(1, settings, "backfill", videos.toString(), "--captured-at", "2023-11-14T22:13:20Z");

        assertThat(said)
                .anySatisfy(line -> assertThat(line).contains("left alone what is no video: notes.txt"))
                .anySatisfy(line -> assertThat(line).contains("while opening " + videos.resolve("broken.mp4")))
                .anySatisfy(line -> assertThat(line).contains(cut + ": found the end of the file"))
                .hasSize(3);
        assertThat(said.get(2)).endsWith("; with --partial what can be read is enough");
        Map<String, List<TokenFrame>> tokens = tokens("tokens-damaged");
        assertThat(tokens).containsOnlyKeys("recording/good", "recording/cut");
        List<TokenFrame> good = tokens.get("recording/good");
        List<TokenFrame> part = tokens.get("recording/cut");
        assertThat(good)
                .hasSize(11)
                .allSatisfy(frame -> assertThat(frame.getEpoch()).isEqualTo(BEGAN / 1000));
        assertThat(good.get(0).getFirstCapturedAtMicros()).isEqualTo(BEGAN);
        assertThat(part).hasSizeBetween(3, 10);
        for (int i = 0; i < part.size() - 1; i++) {
            assertThat(part.get(i).getTokens()).isEqualTo(good.get(i).getTokens());
        }

        // frames that were sent stay sent
        String[] ingest = {"ingest", cut.toString(), "--camera", "gate", "--full-speed", "--state", "" + folder};
        assertThat(nolook(1, settings, ingest))
                .singleElement()
                .asString()
                .contains(cut + ": found the end of the file", "--partial");
        settings.add("--partial");
        assertThat(nolook(0, settings, ingest)).singleElement().asString().endsWith("copy it again from its source");
    }

    private static List<String> nolook(int status, List<String> settings, String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(settings);
        StringWriter err = new StringWriter();
        CommandLine nolook = Main.commandLine().setErr(new PrintWriter(err, true));
        nolook.setOut(new PrintWriter(new StringWriter()));
        assertThat(nolook.execute(arguments.toArray(String[]::new)))
                .as("%s", err)
                .isEqualTo(status);
        return err.toString()
                .lines()
                .filter(line -> line.startsWith("nolook: "))
                .toList();
    }

    @Test
    void recordingsOfOneNameAreRefused() {
        List<Recording> two = Stream.of("a/door.mp4", "b/door.avi")
                .map(name -> Recording.of(Path.of(name), "", OptionalLong.empty()))
                .toList();
        assertThatThrownBy(() -> new BackfillJob(options("x"), two))
                .hasMessage("found two recordings named door, expected different names: each is a camera");
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
                String camera = "recording/" + recording.getFileName();
                try (PictureSource source = Inputs.open(recording.toString())) {
                    new OfflineTokenizer(tokenizer, settings).tokenize(source, camera, mine::add);
                }
                mine.forEach(frame -> {
                    frame.setEpoch(BEGAN / 1000);
                    frame.setFirstCapturedAtMicros(BEGAN + frame.getFirstCapturedAtMicros() - 1);
                    frame.setLastCapturedAtMicros(BEGAN + frame.getLastCapturedAtMicros() - 1);
                });
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

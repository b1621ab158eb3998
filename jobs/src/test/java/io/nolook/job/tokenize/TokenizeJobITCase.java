package io.nolook.job.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.frame.FrameSize;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.onnx.OnnxVideoDetokenizer;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.record.TokenFrames;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.Frame;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The job between a real broker and itself: the tokens of the offline core, bit for bit, whatever happens. */
class TokenizeJobITCase {
    private static final AtomicInteger RUN = new AtomicInteger();
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final Path MODELS = Path.of("../operators/src/test/resources/models");
    private static EmbeddedBroker broker;

    private Configuration options;
    private TokenTopics topics;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start(Map.of());
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
        topics = new TokenTopics(options);
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.FRAMES_TOPIC, "frames-" + run);
        options.set(KafkaOptions.TOKENS_TOPIC, "tokens-" + run);
        options.set(KafkaOptions.DEAD_LETTERS_TOPIC, "dead-letters-" + run);
        options.set(KafkaOptions.TRANSACTION_PREFIX, "test-" + run);
        options.set(KafkaOptions.GROUP_ID, "test-" + run);
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 4);
        options.set(TokenizeOptions.FRAME_SIZE, "64x64");
        options.setString("inference.device", "cpu");
        options.setString("execution.checkpointing.interval", "500 ms");
    }

    @ParameterizedTest(name = "{0} cameras, parallelism {1}, batch {2}, {3}, activations {4}")
    @CsvSource({
        "1, 1, 1, hashmap, 512mb",
        "1, 2, 8, rocksdb, 512mb",
        "16, 1, 8, hashmap, 512mb",
        "16, 2, 3, rocksdb, 512mb",
        "16, 2, 16, hashmap, 0b"
    })
    void tokensAreThoseOfTheOfflineCore(int cameras, int parallelism, int batch, String backend, String activations)
            throws Exception {
        options.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        options.set(InferenceOptions.BATCH_SIZE, batch);
        options.set(InferenceOptions.ACTIVATIONS_MAX_BYTES, MemorySize.parse(activations));
        options.setString("state.backend.type", backend);
        Recording recording = new Recording(cameras, 47);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            recording.send(job.job().kafka(), 0, 47);
            topics.awaitFrames(cameras * 44);
            job.drain();
        }
        assertThat(topics.tokens()).isEqualTo(recording.offline(options));
        assertThat(topics.deadLetters()).isEmpty();
    }

    /** Cameras that run stay where they are; new ones are found on the new partitions. */
    @Test
    void aTopicThatGrowsUnderRunningCamerasLosesNothing() throws Exception {
        options.set(KafkaOptions.TOPIC_PARTITIONS, 2);
        options.setString("kafka.metadata.max.age.ms", "200");
        options.setString("kafka.partition.discovery.interval.ms", "500");
        Recording recording = new Recording(12, 47);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options);
                FrameProducer running = Recording.producer(job.job().kafka());
                Admin admin = Admin.create(job.job().kafka().client())) {
            recording.send(running, 0, 8, 0, 24);
            admin.createPartitions(Map.of(options.get(KafkaOptions.FRAMES_TOPIC), NewPartitions.increaseTo(7)))
                    .all()
                    .get();
            for (int i = 24; i < 47; i += 3) {
                recording.send(running, 0, 8, i, Math.min(47, i + 3));
                topics.awaitFrames(8 * (i - 3)); // so that its client hears of the new partitions in the midst of it
            }
            try (FrameProducer fresh = Recording.producer(job.job().kafka())) {
                recording.send(fresh, 8, 12, 0, 47);
            }
            topics.awaitFrames(12 * 44);
            job.drain();
        }
        assertThat(topics.deadLetters()).isEmpty();
        assertThat(topics.tokens()).isEqualTo(recording.offline(options));
        var used = topics.partitionsUsed().values();
        assertThat(used).as("no camera moves").allSatisfy(own -> assertThat(own).hasSize(1));
        assertThat(used.stream().flatMap(own -> own.stream()).distinct())
                .as("new cameras use new partitions")
                .hasSizeGreaterThan(2);
    }

    /** Tokenizers that others bring: windowed with another quantizer, and other strides; no code here knows them. */
    @ParameterizedTest
    @CsvSource({"fsq-windowed, 64, 16", "lfq16, 16, 18"})
    void tokenizersOfOthersRunInTheSameJob(String name, int grid, int bits) throws Exception {
        options.set(
                TokenizeOptions.MODEL_ENCODER,
                MODELS.resolve(name + "-encoder.onnx").toString());
        options.set(InferenceOptions.BATCH_SIZE, 3);
        Recording recording = new Recording(4, 47);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            recording.send(job.job().kafka(), 0, 47);
            topics.awaitFrames(4 * 44);
            job.drain();
        }
        Map<String, List<TokenFrame>> found = topics.tokens();
        assertThat(found).isEqualTo(recording.offline(options));
        assertThat(found.get("camera-0")).allSatisfy(frame -> {
            assertThat(frame.getBits()).isEqualTo(bits);
            assertThat(TokenFrames.tokens(frame)).hasSize(grid);
        });
        assertThat(found.get("camera-0").get(3))
                .isNotEqualTo(found.get("camera-1").get(3));
        byte[] decoder = Files.readAllBytes(MODELS.resolve(name + "-decoder.onnx"));
        try (VideoDetokenizer detokenizer = VideoDetokenizer.admit(
                OnnxVideoDetokenizer.open(decoder, SessionSettings.cpu(1)), new FrameSize(64, 64))) {
            OfflineDetokenizer offline = new OfflineDetokenizer(detokenizer);
            int pictures = 0;
            for (TokenFrame frame : found.get("camera-0")) {
                pictures += offline.decode(frame).size();
            }
            assertThat(pictures).isEqualTo(47);
        }
    }

    /** A TaskManager dies in mid-clip; another takes over from the last checkpoint. */
    @ParameterizedTest
    @CsvSource({"hashmap", "rocksdb"})
    void killedTaskManagerLosesAndRepeatsNothing(String backend, @TempDir Path folder) throws Exception {
        options.setString("state.backend.type", backend);
        options.set(CoreOptions.DEFAULT_PARALLELISM, 2);
        options.setString("execution.checkpointing.dir", folder.toUri().toString());
        options.setString("restart-strategy.type", "fixed-delay");
        options.setString("restart-strategy.fixed-delay.attempts", "10");
        options.setString("restart-strategy.fixed-delay.delay", "200 ms");
        options.set(RestOptions.BIND_PORT, "0");
        options.set(TaskManagerOptions.NUM_TASK_SLOTS, 2);
        TokenizeJob job = new TokenizeJob(options);
        Recording recording = new Recording(4, 119);
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
            recording.send(job.kafka(), 0, 50);
            topics.awaitFrames(4 * 45);
            mini.terminateTaskManager(0).get();
            recording.send(job.kafka(), 50, 81);
            mini.startTaskManager();
            topics.awaitFrames(4 * 77);
            mini.terminateTaskManager(1).get();
            mini.startTaskManager();
            recording.send(job.kafka(), 81, 119);
            topics.awaitFrames(4 * 117);
            mini.stopWithSavepoint(
                            submitted.getJobID(),
                            folder.resolve("savepoint").toUri().toString(),
                            true,
                            SavepointFormatType.CANONICAL)
                    .get();
        }
        assertThat(topics.tokens()).isEqualTo(recording.offline(options));
    }

    /** One camera sends everything that is wrong; the others' tokens are those of a run without it. */
    @Test
    void hostileCameraHarmsNobody() throws Exception {
        options.set(TokenizeOptions.FRAME_MAX_BYTES, MemorySize.parse("64kb"));
        Recording recording = new Recording(3, 41);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            recording.send(job.job().kafka(), 0, 20);
            sendHostile(job.job().kafka(), recording);
            recording.send(job.job().kafka(), 20, 41);
            topics.awaitFrames(3 * 41);
            job.drain();
        }
        Map<String, List<TokenFrame>> found = topics.tokens();
        List<TokenFrame> hostile = found.remove("hostile");
        assertThat(found).isEqualTo(recording.offline(options));
        assertThat(hostile.stream().map(TokenFrame::getKeyframeReason).toList())
                .containsExactly(KeyframeReason.FIRST_FRAME, null, KeyframeReason.GAP);
        List<FailedFrame> dead = topics.deadLetters();
        assertThat(dead.stream().map(FailedFrame::getCode).sorted().toList())
                .containsExactly(
                        "PICTURE_TOO_LARGE",
                        "PICTURE_TOO_MANY_PIXELS",
                        "PICTURE_TRUNCATED",
                        "PICTURE_UNREADABLE",
                        "PICTURE_WRONG_ENCODING",
                        "PICTURE_WRONG_SIZE",
                        "RECORD_KEY_MISSING",
                        "RECORD_VALUE_MISSING",
                        "RECORD_VALUE_UNREADABLE",
                        "RECORD_VALUE_UNREADABLE");
        assertThat(dead).allSatisfy(letter -> {
            assertThat(letter.getReason()).contains("expected");
            assertThat(letter.getTopic()).startsWith("frames-");
            assertThat(letter.getCamera())
                    .isEqualTo(letter.getCode().equals("RECORD_KEY_MISSING") ? "unknown" : "hostile");
        });
        FailedFrame garbage = dead.stream()
                .filter(letter -> letter.getValueLength() == 7)
                .findFirst()
                .orElseThrow();
        assertThat(garbage.getValue()).isEqualTo(ByteBuffer.wrap(bytes("garbage")));
        assertThat(garbage.getHeaders().get(0).getKey()).isEqualTo("trace");
        assertThat(garbage.getHeaders().get(0).getValue()).isEqualTo(ByteBuffer.wrap(bytes("7")));
    }

    @Test
    void badOptionsAreRefusedBeforeAnythingRuns() {
        assertRefused("frame.size", "0x64", "WIDTHxHEIGHT");
        assertRefused("batch.size", "0", "1 to 256");
        assertRefused("batch.queue", "1", "at least batch.size");
        assertRefused("frame.rate", "-1", "0 to 1000");
        assertRefused("inference.device", "tpu", "inference.device");
        assertRefused("delivery", "maybe", "delivery");
        assertRefused("execution.runtime-mode", "BATCH", "expected STREAMING");
        assertRefused("topics.partitions", "0", "1 to 10000");
        assertRefused("overload.freshness", "1 ms", "at least 100 ms");
        assertRefused("epoch.reset-after", "10 min", "less than camera.idle-ttl = 600000 ms");
        assertRefused(
                "execution.checkpointing.mode", "AT_LEAST_ONCE", "delivery = exactly-once, expected EXACTLY_ONCE");
        assertRefused("execution.checkpointing.interval", "0 ms", "expected above 0 and below delivery.transaction");
        assertRefused("execution.checkpointing.interval", "11 min", "delivery.transaction-timeout = 600000 ms");
        options.setString("source.stop", "latest");
        assertRefused("overload", "skip", "found skip with source.stop = latest, expected block");
        options.setString("source.stop", "never");
        options.setString("delivery", "at_least_once");
        assertRefused("overload", "skip", "expected exactly-once");
        Configuration without = new Configuration();
        assertThatThrownBy(() -> new TokenizeJob(without)).hasMessageContaining("kafka.bootstrap.servers");
    }

    @Test
    void topicThatCannotCarryFramesIsRefused() throws Exception {
        try (var admin = Admin.create(new KafkaSettings(options).client())) {
            var small = new NewTopic(options.get(KafkaOptions.FRAMES_TOPIC), 1, (short) 1)
                    .configs(Map.of("max.message.bytes", "1000"));
            admin.createTopics(List.of(small)).all().get();
        }
        assertThatThrownBy(() -> LocalJob.start(broker.bootstrapServers(), options))
                .hasMessageContaining("max.message.bytes = 1000")
                .hasMessageContaining("frame.max-bytes");
        options.setString("delivery.transaction-timeout", "20 min");
        options.set(KafkaOptions.FRAMES_TOPIC, "frames-other");
        assertThatThrownBy(() -> LocalJob.start(broker.bootstrapServers(), options))
                .hasMessageContaining("delivery.transaction-timeout")
                .hasMessageContaining("900000");
    }

    private void assertRefused(String key, String value, String told) {
        Configuration bad = new Configuration(options);
        bad.setString(key, value);
        assertThatThrownBy(() -> new TokenizeJob(bad))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(told);
    }

    private void sendHostile(KafkaSettings kafka, Recording recording) {
        byte[] good = recording.jpeg(0, 0);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < 3; i++) {
                send(producer, "hostile", frame(i, FrameEncoding.JPEG, 80, 64, good));
            }
            send(producer, "hostile", frame(3, FrameEncoding.JPEG, 80, 64, Arrays.copyOf(good, good.length / 2)));
            send(producer, "hostile", frame(4, FrameEncoding.JPEG, 80, 64, scrambled(good)));
            send(producer, "hostile", frame(5, FrameEncoding.PNG, 80, 64, good));
            send(producer, "hostile", frame(6, FrameEncoding.JPEG, 64, 64, good));
            send(producer, "hostile", frame(7, FrameEncoding.JPEG, 40000, 40000, huge(good)));
            send(producer, "hostile", frame(8, FrameEncoding.RGB24, 200, 200, new byte[120_000]));
            send(producer, "hostile", new byte[0]);
            send(producer, "hostile", null);
            send(producer, null, frame(9, FrameEncoding.JPEG, 80, 64, good));
            ProducerRecord<byte[], byte[]> garbage =
                    new ProducerRecord<>(kafka.framesTopic(), bytes("hostile"), bytes("garbage"));
            garbage.headers().add("trace", bytes("7"));
            producer.send(garbage);
            send(producer, "hostile", frame(12, FrameEncoding.JPEG, 80, 64, good));
            producer.flush();
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, String key, byte[] value) {
        producer.send(
                new ProducerRecord<>(options.get(KafkaOptions.FRAMES_TOPIC), key == null ? null : bytes(key), value));
    }

    private static byte[] frame(long sequence, FrameEncoding encoding, int width, int height, byte[] payload) {
        return SingleObject.frames()
                .encode(new Frame(
                        "hostile",
                        1L,
                        sequence,
                        1 + sequence * 40_000,
                        encoding,
                        width,
                        height,
                        ByteBuffer.wrap(payload)));
    }

    /** A whole JPEG file whose Huffman tables are nonsense. */
    private static byte[] scrambled(byte[] jpeg) {
        byte[] bad = jpeg.clone();
        for (int i = 0; i + 20 < bad.length; i++) {
            if ((bad[i] & 0xff) == 0xff && (bad[i + 1] & 0xff) == 0xc4) {
                Arrays.fill(bad, i + 5, i + 19, (byte) 0xff);
            }
        }
        return bad;
    }

    /** The same file, its header claiming 40000 x 40000 pixels. */
    private static byte[] huge(byte[] jpeg) {
        byte[] bad = jpeg.clone();
        for (int i = 0; i + 8 < bad.length; i++) {
            if ((bad[i] & 0xff) == 0xff && (bad[i + 1] & 0xff) == 0xc0) {
                ByteBuffer.wrap(bad).putShort(i + 5, (short) 40000).putShort(i + 7, (short) 40000);
            }
        }
        return bad;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

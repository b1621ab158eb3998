package io.nolook.job.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.PayloadCodec;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentEnd;
import io.nolook.archive.SegmentException;
import io.nolook.flink.archive.ArchiveOptions;
import io.nolook.flink.sequence.SequenceOptions;
import io.nolook.job.KafkaJob;
import io.nolook.job.sequence.SequenceJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.TopicRecords;
import io.nolook.local.EmbeddedBroker;
import io.nolook.record.ArchiveSegments;
import io.nolook.record.TokenFrames;
import io.nolook.record.TokenSequences;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.schema.TokenSequence;
import io.nolook.sequence.SequenceReader;
import io.nolook.sequence.SequenceRun;
import io.nolook.sequence.TokenWindow;
import io.nolook.token.TokenFactors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The jobs that read tokens, between a real broker and itself: every token frame comes back once, whatever happens. */
class TokenJobsITCase {
    private static final AtomicInteger RUN = new AtomicInteger();
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static EmbeddedBroker broker;

    private Configuration options;

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
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOKENS_TOPIC, "tokens-" + run);
        options.set(KafkaOptions.ARCHIVE_TOPIC, "archive-" + run);
        options.set(KafkaOptions.SEQUENCES_TOPIC, "sequences-" + run);
        options.set(KafkaOptions.DEAD_LETTERS_TOPIC, "dead-letters-" + run);
        options.set(KafkaOptions.TRANSACTION_PREFIX, "test-" + run);
        options.set(KafkaOptions.GROUP_ID, "test-" + run);
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 4);
        options.set(CoreOptions.DEFAULT_PARALLELISM, 2);
        options.setString("execution.checkpointing.interval", "500 ms");
        TestTokens.createTopic(kafka(), "tokens-" + run);
    }

    /** A bounded range with everything that may be wrong in it; the job ends by itself. */
    @ParameterizedTest
    @CsvSource({"CONTEXT, hashmap", "DEFLATE, rocksdb", "PACKED, hashmap"})
    void segmentsHoldEveryTokenFrameOnce(PayloadCodec codec, String backend) throws Exception {
        options.set(ArchiveOptions.CODEC, codec);
        options.set(ArchiveOptions.SEGMENT_MAX_TOKEN_FRAMES, 5);
        options.set(KafkaOptions.STOP, KafkaOptions.Stop.LATEST);
        options.setString("state.backend.type", backend);
        List<List<TokenFrame>> cameras = cameras(5, 40);
        TestTokens.send(kafka(), cameras, 0, 25);
        TestTokens.send(kafka(), cameras.subList(0, 2), 7, 20);
        sendHostile();
        TestTokens.send(kafka(), cameras, 25, 40);

        run(new ArchiveJob(options));

        assertThat(archived()).isEqualTo(byCamera(cameras));
        List<CodedSegment> segments = segments();
        assertThat(segments)
                .allSatisfy(
                        segment -> assertThat(segment.extent().tokenFrames()).isLessThanOrEqualTo(5));
        assertThat(segments.stream()
                        .filter(segment -> segment.end().equals(SegmentEnd.END_OF_INPUT.name()))
                        .count())
                .isEqualTo(5);
        assertThat(deadLetters().stream().map(FailedFrame::getCode).sorted().toList())
                .containsExactly(
                        "RECORD_FIELD_INVALID",
                        "RECORD_FIELD_INVALID",
                        "RECORD_KEY_MISMATCH",
                        "RECORD_VALUE_MISSING",
                        "RECORD_VALUE_UNREADABLE");
    }

    @Test
    void segmentsAreFoundByTheTimeThatTheyBeginAt() throws Exception {
        options.set(KafkaOptions.STOP, KafkaOptions.Stop.LATEST);
        TestTokens.send(kafka(), cameras(2, 30), 0, 30);

        run(new ArchiveJob(options));

        SingleObject<ArchiveSegment> format = SingleObject.archiveSegments();
        assertThat(records(options.get(KafkaOptions.ARCHIVE_TOPIC))).hasSize(8).allSatisfy(record -> {
            ArchiveSegment segment = format.decode(record.value());
            assertThat(record.timestamp()).isEqualTo(segment.getFirstCapturedAtMicros() / 1000);
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(segment.getCamera());
        });
        try (Admin admin = Admin.create(kafka().client())) {
            ConfigResource resource =
                    new ConfigResource(ConfigResource.Type.TOPIC, options.get(KafkaOptions.ARCHIVE_TOPIC));
            Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            assertThat(config.get("retention.ms").value()).isEqualTo("-1");
            assertThat(config.get("retention.bytes").value()).isEqualTo("-1");
            assertThat(Integer.parseInt(config.get("max.message.bytes").value()))
                    .isGreaterThan(4 << 20);
        }
    }

    /** A camera that falls silent has its segment archived; when it comes back its clip goes on in another. */
    @Test
    void silenceArchivesWhatThereIs() throws Exception {
        options.set(ArchiveOptions.SILENCE, Duration.ofSeconds(1));
        List<List<TokenFrame>> cameras = cameras(1, 20);
        ArchiveJob job = new ArchiveJob(options);
        var client = job.start(StreamExecutionEnvironment.createLocalEnvironment(job.configuration()));
        TestTokens.send(kafka(), cameras, 0, 12);
        Awaitility.await().atMost(TIMEOUT).until(() -> segments().size() == 2);
        assertThat(segments().get(1).end()).isEqualTo("SILENCE");
        TestTokens.send(kafka(), cameras, 12, 20);
        Awaitility.await().atMost(TIMEOUT).until(() -> segments().size() == 4);
        assertThat(segments().get(2).extent().firstPosition()).isEqualTo(3);
        client.cancel().get();

        assertThat(archived()).isEqualTo(byCamera(cameras));
    }

    /** A TaskManager dies twice; what comes out is what would have come out. */
    @ParameterizedTest
    @CsvSource({"archive, hashmap", "archive, rocksdb", "sequence, hashmap", "sequence, rocksdb"})
    void killedTaskManagerLosesAndRepeatsNothing(String which, String backend, @TempDir Path folder) throws Exception {
        options.setString("state.backend.type", backend);
        options.setString("execution.checkpointing.dir", folder.toUri().toString());
        options.setString("restart-strategy.type", "fixed-delay");
        options.setString("restart-strategy.fixed-delay.attempts", "10");
        options.setString("restart-strategy.fixed-delay.delay", "200 ms");
        options.set(RestOptions.BIND_PORT, "0");
        options.set(TaskManagerOptions.NUM_TASK_SLOTS, 2);
        options.set(SequenceOptions.FACTORS, "9+9");
        options.set(SequenceOptions.CONTEXT_LENGTH, 50);
        options.set(SequenceOptions.OVERLAP, 7);
        List<List<TokenFrame>> cameras = cameras(4, 90);
        KafkaJob job = which.equals("archive") ? new ArchiveJob(options) : new SequenceJob(options);
        String topic = options.get(which.equals("archive") ? KafkaOptions.ARCHIVE_TOPIC : KafkaOptions.SEQUENCES_TOPIC);
        int perClip = which.equals("archive") ? 1 : 4;
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
            TestTokens.send(kafka(), cameras, 0, 32);
            await(topic, 4 * 3 * perClip);
            mini.terminateTaskManager(0).get();
            TestTokens.send(kafka(), cameras, 32, 60);
            mini.startTaskManager();
            await(topic, 4 * 6 * perClip);
            mini.terminateTaskManager(1).get();
            mini.startTaskManager();
            TestTokens.send(kafka(), cameras, 60, 90);
            await(topic, 4 * 9 * perClip);
            mini.stopWithSavepoint(
                            submitted.getJobID(),
                            folder.resolve("savepoint").toUri().toString(),
                            true,
                            SavepointFormatType.CANONICAL)
                    .get();
        }
        if (which.equals("archive")) {
            assertThat(archived()).isEqualTo(byCamera(cameras));
        } else {
            assertSequencesAre(cameras);
        }
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void archiveTopicsThatForgetAreRefused() throws Exception {
        try (Admin admin = Admin.create(kafka().client())) {
            NewTopic forgetful = new NewTopic(options.get(KafkaOptions.ARCHIVE_TOPIC), 1, (short) 1)
                    .configs(Map.of("max.message.bytes", "10000000"));
            NewTopic small = new NewTopic("small", 1, (short) 1);
            admin.createTopics(List.of(forgetful, small)).all().get();
        }
        assertThatThrownBy(() -> run(new ArchiveJob(options)))
                .hasMessageContaining("found retention.ms = 604800000, expected -1");
        options.set(KafkaOptions.ARCHIVE_TOPIC, "small");
        assertThatThrownBy(() -> run(new ArchiveJob(options)))
                .hasMessageContaining("max.message.bytes = 1048588")
                .hasMessageContaining("lower archive.segment-max-bytes");
    }

    @Test
    void badOptionsAreRefusedBeforeAnythingRuns() {
        assertRefused("archive.codec", "zip", "archive.codec");
        assertRefused("archive.segment-max-bytes", "1kb", "1048576 to 267386880 bytes");
        assertRefused("archive.segment-max-token-frames", "0", "1 to 65536");
        assertRefused("archive.silence", "1 ms", "at least 1 s");
        assertRefused("sequence.factors", "9-9", "none, 9+9 or 6+12");
        assertRefused("sequence.context-length", "1", "2 to 65536");
        assertRefused("sequence.overlap", "2048", "0 to 2047");
        assertRefused("sequence.tail", "long", "sequence.tail");
        assertRefused("source.stop", "maybe", "source.stop");
        assertRefused("execution.runtime-mode", "BATCH", "expected STREAMING");
    }

    private void assertRefused(String key, String value, String told) {
        Configuration bad = new Configuration(options);
        bad.setString(key, value);
        assertThatThrownBy(() -> {
                    new ArchiveJob(bad);
                    new SequenceJob(bad);
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(told);
    }

    private KafkaSettings kafka() {
        return new KafkaSettings(options);
    }

    private static void run(KafkaJob job) throws Exception {
        job.start(StreamExecutionEnvironment.createLocalEnvironment(job.configuration()))
                .getJobExecutionResult()
                .get();
    }

    private static List<List<TokenFrame>> cameras(int cameras, int count) {
        return IntStream.range(0, cameras)
                .mapToObj(camera -> TestTokens.camera(camera, count))
                .toList();
    }

    private static Map<String, List<TokenFrame>> byCamera(List<List<TokenFrame>> cameras) {
        Map<String, List<TokenFrame>> by = new TreeMap<>();
        cameras.forEach(frames -> by.put(frames.get(0).getCamera(), frames));
        return by;
    }

    private void sendHostile() {
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        TokenFrame padded = TestTokens.camera(9, 1).get(0);
        padded.setHeight(5);
        TokenFrame reasonless = TestTokens.camera(9, 1).get(0);
        reasonless.setKeyframeReason(null);
        byte[] key = "camera-9".getBytes(StandardCharsets.UTF_8);
        String topic = options.get(KafkaOptions.TOKENS_TOPIC);
        try (KafkaProducer<byte[], byte[]> producer = TestTokens.producer(kafka())) {
            for (byte[] value : List.of(format.encode(padded), format.encode(reasonless), new byte[] {1, 2, 3})) {
                producer.send(new ProducerRecord<>(topic, key, value));
            }
            producer.send(new ProducerRecord<>(topic, key, null));
            producer.send(new ProducerRecord<>(
                    topic,
                    "camera-8".getBytes(StandardCharsets.UTF_8),
                    format.encode(TestTokens.camera(9, 1).get(0))));
        }
    }

    private void await(String topic, int records) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> records(topic).size() >= records);
    }

    private List<CodedSegment> segments() {
        SingleObject<ArchiveSegment> format = SingleObject.archiveSegments();
        List<CodedSegment> segments = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records(options.get(KafkaOptions.ARCHIVE_TOPIC))) {
            try {
                segments.add(ArchiveSegments.read(record.value(), format));
            } catch (SegmentException e) {
                throw new AssertionError(e);
            }
        }
        return segments;
    }

    private Map<String, List<TokenFrame>> archived() throws SegmentException {
        Map<String, List<TokenFrame>> found = new TreeMap<>();
        for (CodedSegment segment : segments()) {
            found.computeIfAbsent(segment.head().camera(), camera -> new ArrayList<>())
                    .addAll(ArchiveSegments.frames(SegmentCoder.decode(segment)));
        }
        return found;
    }

    private void assertSequencesAre(List<List<TokenFrame>> cameras) {
        Map<SequenceRun, SequenceReader> readers = new LinkedHashMap<>();
        for (TokenSequence sequence : TopicRecords.read(
                kafka(), kafka().sequencesTopic(), IsolationLevel.READ_COMMITTED, SingleObject.tokenSequences())) {
            TokenWindow window = TokenSequences.window(sequence);
            readers.computeIfAbsent(window.run(), run -> new SequenceReader(run, Optional.of(TokenFactors.NINE_NINE)))
                    .read(window);
        }
        for (List<TokenFrame> frames : cameras) {
            List<int[]> expected = frames.stream().map(TokenFrames::tokens).toList();
            List<int[]> found = readers.entrySet().stream()
                    .filter(entry ->
                            entry.getKey().camera().equals(frames.get(0).getCamera()))
                    .flatMap(entry -> entry.getValue().frames().stream())
                    .map(SequenceReader.Frame::tokens)
                    .toList();
            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(found.get(i)).isEqualTo(expected.get(i));
            }
        }
        assertThat(readers.values()).allMatch(SequenceReader::isEnded);
    }

    private List<FailedFrame> deadLetters() {
        return TopicRecords.read(
                kafka(), kafka().deadLettersTopic(), IsolationLevel.READ_COMMITTED, SingleObject.failedFrames());
    }

    /** Committed ones, each camera's in order. */
    private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka(), topic, IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(records::add);
        } catch (NullPointerException e) { // the topic is not there yet
            return Collections.emptyList();
        }
        return records;
    }
}

package io.nolook.tool.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.job.tokenize.Recording;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicLag;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.TopicRecords;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.VideoTokenizer;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.Frame;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.tool.verify.TopicVerification.Extent;
import io.nolook.verification.Fate;
import io.nolook.verification.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The verifier on real topics: passes what the job wrote, finds what was done to it afterwards. */
class VerifyITCase {
    private static final int CAMERAS = 3;
    private static EmbeddedBroker broker;

    private Configuration options;
    private KafkaSettings kafka;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start(Map.of());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void ownTopics() {
        String run = UUID.randomUUID().toString();
        options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.FRAMES_TOPIC, "frames-" + run);
        options.set(KafkaOptions.TOKENS_TOPIC, "tokens-" + run);
        options.set(KafkaOptions.DEAD_LETTERS_TOPIC, "dead-letters-" + run);
        options.set(KafkaOptions.GROUP_ID, "group-" + run);
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 4);
        options.set(TokenizeOptions.FRAME_SIZE, "64x64");
        options.setString("inference.device", "cpu");
        options.setString("execution.checkpointing.interval", "500 ms");
        kafka = new KafkaSettings(options);
    }

    @Test
    void aDrainedJobPassesAndWhatIsDoneToItsTopicsIsFound() throws Exception {
        Recording recording = new Recording(CAMERAS, 47);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            recording.send(kafka, 0, 30);
            recording.send(kafka, 28, 40); // two again
            produce(options.get(KafkaOptions.FRAMES_TOPIC), "camera-0", "no frame".getBytes(StandardCharsets.UTF_8));
            produce(options.get(KafkaOptions.FRAMES_TOPIC), "stranger", null);
            recording.send(kafka, 43, 47); // three never
            awaitTokens(CAMERAS * 41);
            job.drain();
        }
        VerifyReport good = verify(Extent.ALL);
        assertThat(good.cameras().stream().flatMap(camera -> camera.examples().stream()))
                .isEmpty();
        assertThat(good.passed()).isTrue();
        assertThat(good.received()).isEqualTo(CAMERAS * 46 + 2);
        assertThat(good.frames())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(Fate.TOKENIZED, CAMERAS * 44L, Fate.DUPLICATE, CAMERAS * 2L, Fate.DEAD_LETTERED, 2L));

        List<TokenFrame> tokens = tokens();
        TokenFrame changed =
                TokenFrame.newBuilder(tokens.get(3)).setPosition(900).build();
        produce(
                kafka.tokensTopic(),
                tokens.get(3).getCamera(),
                SingleObject.tokenFrames().encode(tokens.get(3)));
        produce(
                kafka.tokensTopic(),
                changed.getCamera(),
                SingleObject.tokenFrames().encode(changed));
        produce(kafka.tokensTopic(), "camera-1", new byte[3]);
        VerifyReport bad = verify(Extent.ALL);
        assertThat(bad.passed()).isFalse();
        assertThat(bad.faults())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(Fault.REPEATED, 1L, Fault.UNFOUNDED, 1L, Fault.UNVERIFIABLE, 1L));
    }

    /** Whoever deletes by key, or compacts a topic, writes records without a value. */
    @Test
    void tombstonesAreCountedAndNoFault() throws Exception {
        Recording recording = new Recording(CAMERAS, 9);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            recording.send(kafka, 0, 9);
            produce(kafka.framesTopic(), "camera-0", null);
            awaitTokens(CAMERAS * 9);
            job.drain();
        }
        produce(kafka.tokensTopic(), "camera-1", null);
        produce(kafka.tokensTopic(), "camera-2", null);
        produce(kafka.deadLettersTopic(), "camera-1", null);

        VerifyReport report = verify(Extent.ALL);

        assertThat(report.cameras().stream().flatMap(camera -> camera.examples().stream()))
                .isEmpty();
        assertThat(report.passed()).isTrue();
        assertThat(report.tombstones()).isEqualTo(new VerifyReport.Tombstones(1, 2, 1));
        assertThat(report.frames())
                .containsExactlyInAnyOrderEntriesOf(Map.of(Fate.TOKENIZED, CAMERAS * 9L, Fate.DEAD_LETTERED, 1L));
    }

    @Test
    void tokensThatDifferOrLackAreFound() throws Exception {
        Recording recording = new Recording(CAMERAS, 33);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            recording.send(kafka, 0, 33);
            produce(kafka.framesTopic(), "camera-2", new byte[0]);
            awaitTokens(CAMERAS * 33);
            job.drain();
        }
        List<TokenFrame> tokens = tokens();
        options.set(KafkaOptions.TOKENS_TOPIC, kafka.tokensTopic() + "-changed");
        options.set(KafkaOptions.DEAD_LETTERS_TOPIC, kafka.deadLettersTopic() + "-empty");
        kafka = new KafkaSettings(options);
        new Topics(kafka, TokenizeSettings.of(options).frameMaxBytes()).ensure();
        for (TokenFrame frame : tokens) {
            boolean lost = frame.getCamera().equals("camera-0") && frame.getPosition() == 4;
            if (frame.getCamera().equals("camera-1") && frame.getPosition() == 2) {
                byte[] packed = frame.getTokens().array().clone();
                packed[7] ^= 1;
                frame.setTokens(ByteBuffer.wrap(packed));
            }
            if (!lost) {
                produce(
                        kafka.tokensTopic(),
                        frame.getCamera(),
                        SingleObject.tokenFrames().encode(frame));
            }
        }
        VerifyReport report = verify(Extent.ALL);
        assertThat(report.faults()).containsExactlyInAnyOrderEntriesOf(Map.of(Fault.MISSING, 2L, Fault.DIFFERING, 1L));
        assertThat(report.frames().get(Fate.UNACCOUNTED)).isEqualTo(5);
        assertThat(report.cameras().get(0).examples())
                .containsExactly("MISSING: found no token frame 0/0/4 of the frames 13 to 16, expected one");
    }

    @Test
    void aRunningJobIsVerifiedUpToItsCheckpoint() throws Exception {
        Recording recording = new Recording(CAMERAS, 30);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            recording.send(kafka, 0, 27);
            awaitTokens(CAMERAS * 25);
            Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                VerifyReport report = verify(Extent.COMMITTED);
                assertThat(report.passed()).isTrue();
                assertThat(report.frames())
                        .containsExactlyInAnyOrderEntriesOf(
                                Map.of(Fate.TOKENIZED, CAMERAS * 25L, Fate.PENDING, CAMERAS * 2L));
            });
            assertThat(job.client().getJobStatus().get().isTerminalState()).isFalse();
        }
    }

    /** Far more than the model can do at once: what is left out is told, and the rest is what its frames give. */
    @Test
    void overloadedJobSkipsAndAccountsForEveryFrame() throws Exception {
        options.setString("overload", "skip");
        options.setString("overload.freshness", "200 ms");
        options.set(TokenizeOptions.FRAME_SIZE, "128x128");
        Recording recording = new Recording(CAMERAS, 200);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            job.awaitRunning(Duration.ofMinutes(1));
            recording.send(kafka, 0, 200);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> TopicLag.uncheckpointedFrames(kafka) == 0);
            job.drain();
        }
        VerifyReport report = verify(Extent.ALL);
        assertThat(report.cameras().stream().flatMap(camera -> camera.examples().stream()))
                .isEmpty();
        assertThat(report.passed()).isTrue();
        assertThat(report.frames().keySet()).containsExactlyInAnyOrder(Fate.TOKENIZED, Fate.SKIPPED);
        assertThat(report.received()).isEqualTo(CAMERAS * 200);
        options.setString("overload", "block");
        assertThat(verify(Extent.ALL).faults()).containsOnlyKeys(Fault.ILLEGITIMATE);
    }

    /** A forged number is a dead letter with its bytes, what follows goes on, and headers travel to the token frames. */
    @Test
    void aFrameFarAheadIsADeadLetterAndHeadersTravel() throws Exception {
        byte[] forged = frame(1L << 40);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options);
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(kafka.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < 11; i++) {
                producer.send(traced(i == 7 ? forged : frame(i < 7 ? i : i - 1), "trace-" + i));
            }
            producer.flush();
            awaitTokens(9);
            job.drain();
        }
        List<String> traces = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka, kafka.tokensTopic(), IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(record -> traces.add(
                    new String(record.headers().lastHeader("traceparent").value(), StandardCharsets.UTF_8)));
        }
        assertThat(traces)
                .as("of each chunk's last frame")
                .containsExactly("trace-0", "trace-4", "trace-9", "trace-10");
        List<FailedFrame> letters = TopicRecords.read(
                kafka, kafka.deadLettersTopic(), IsolationLevel.READ_COMMITTED, SingleObject.failedFrames());
        assertThat(letters).hasSize(1);
        assertThat(letters.get(0).getCode()).isEqualTo("RECORD_TOO_FAR_AHEAD");
        assertThat(letters.get(0).getReason()).contains("found sequence number 1099511627776, expected at most");
        assertThat(letters.get(0).getValue()).isEqualTo(ByteBuffer.wrap(forged));
        assertThat(letters.get(0).getHeaders().get(0).getValue())
                .isEqualTo(ByteBuffer.wrap("trace-7".getBytes(StandardCharsets.UTF_8)));
        VerifyReport report = verify(Extent.ALL);
        assertThat(report.cameras().stream().flatMap(camera -> camera.examples().stream()))
                .isEmpty();
        assertThat(report.frames())
                .containsExactlyInAnyOrderEntriesOf(Map.of(Fate.TOKENIZED, 10L, Fate.DEAD_LETTERED, 1L));
    }

    private static byte[] frame(long sequence) {
        byte[] rgb = new byte[64 * 64 * 3];
        Arrays.fill(rgb, (byte) sequence);
        return SingleObject.frames()
                .encode(new Frame(
                        "gate", 1L, sequence, 1 + sequence, FrameEncoding.RGB24, 64, 64, ByteBuffer.wrap(rgb)));
    }

    private ProducerRecord<byte[], byte[]> traced(byte[] frame, String trace) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(kafka.framesTopic(), "gate".getBytes(StandardCharsets.UTF_8), frame);
        record.headers().add("traceparent", trace.getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private VerifyReport verify(Extent extent) throws InterruptedException {
        TokenizeSettings settings = TokenizeSettings.of(options);
        try (VideoTokenizer tokenizer = new OnnxTokenizerLoader(settings).open()) {
            return new TopicVerification(settings, new KafkaSettings(options), extent).run(tokenizer, done -> {});
        }
    }

    private void produce(String topic, String camera, byte[] value) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, camera.getBytes(StandardCharsets.UTF_8), value));
            producer.flush();
        }
    }

    private void awaitTokens(int frames) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> tokens().stream().mapToInt(TokenFrame::getFrames).sum() >= frames);
    }

    private List<TokenFrame> tokens() throws IOException {
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        List<byte[]> values = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka, kafka.tokensTopic(), IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(record -> values.add(record.value()));
        }
        List<TokenFrame> frames = new ArrayList<>();
        for (byte[] value : values) {
            frames.add(format.decode(value));
        }
        return frames;
    }
}

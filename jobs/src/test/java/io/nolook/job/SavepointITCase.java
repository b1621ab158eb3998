package io.nolook.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.archive.ArchiveOptions;
import io.nolook.flink.detokenize.DetokenizeOptions;
import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.recognize.RecognizeOptions;
import io.nolook.flink.sequence.SequenceOptions;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.archive.TestTokens;
import io.nolook.job.detokenize.DetokenizeJob;
import io.nolook.job.recognize.RecognizeJob;
import io.nolook.job.sequence.SequenceJob;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.Models;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.TokenFrame;
import io.nolook.tool.verify.TopicVerification;
import io.nolook.tool.verify.VerifyReport;
import io.nolook.verification.Fate;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Savepoints of whole jobs that released versions wrote are restored by this one, in mid-clip, and nothing is missing.
 *
 * <p>{@link #main} writes those of a version. They stay as they are for ever; their models are the small ones of the
 * tests, their input is drawn from a seed, so neither depends on what ships or on the machine.
 */
class SavepointITCase {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Path MODELS = Path.of("../operators/src/test/resources/models");
    private static final String TINY = "tiny-1-fe41e6d07877";
    private static final int CAMERAS = 2;
    private static final int SIDE = 32;
    private static final int FRAMES = 60;
    /** In the middle of a chunk. */
    private static final int FRAMES_CUT = 35;

    private static final int TOKEN_FRAMES = 40;
    /** In the middle of a clip. */
    private static final int TOKEN_FRAMES_CUT = 23;

    private static final Set<Kind> SENT = EnumSet.noneOf(Kind.class);

    private static EmbeddedBroker broker;

    /** The jobs that keep state. */
    enum Kind {
        TOKENIZE(TokenizeJob::new, List.of(KafkaOptions.TOKENS_TOPIC)),
        RECOGNIZE(RecognizeJob::new, List.of(KafkaOptions.ACTION_SCORES_TOPIC, KafkaOptions.ACTIONS_TOPIC)),
        DETOKENIZE(DetokenizeJob::new, List.of(KafkaOptions.DECODED_FRAMES_TOPIC)),
        ARCHIVE(ArchiveJob::new, List.of(KafkaOptions.ARCHIVE_TOPIC)),
        SEQUENCE(SequenceJob::new, List.of(KafkaOptions.SEQUENCES_TOPIC));

        private final Function<Configuration, KafkaJob> make;
        private final List<ConfigOption<String>> outputs;

        Kind(Function<Configuration, KafkaJob> make, List<ConfigOption<String>> outputs) {
            this.make = make;
            this.outputs = outputs;
        }
    }

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start(Map.of());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({"TOKENIZE, 0.1.0", "RECOGNIZE, 0.1.0", "DETOKENIZE, 0.1.0", "ARCHIVE, 0.1.0", "SEQUENCE, 0.1.0"})
    void savepointOfAReleasedVersionGoesOn(Kind kind, String version) throws Exception {
        Path fixture = fixture(kind, version);
        Configuration restored = options(kind, "restored");
        restored.set(
                StateRecoveryOptions.SAVEPOINT_PATH,
                fixture.resolve("savepoint").toUri().toString());
        sendAll(kind, restored);
        Map<String, List<ByteBuffer>> whole = undisturbed(kind);

        Map<String, List<ByteBuffer>> rest = new TreeMap<>();
        Properties written = emitted(fixture);
        whole.forEach((stream, records) ->
                rest.put(stream, records.subList(Integer.parseInt(written.getProperty(stream, "0")), records.size())));
        try (LocalJob<KafkaJob> job = LocalJob.start(broker.bootstrapServers(), restored, kind.make)) {
            int tails = CAMERAS * kind.outputs.size();
            await(kind, restored, size(rest) - tails);
            job.drain();
        }

        assertThat(size(rest)).isGreaterThan(CAMERAS * 2);
        assertThat(outputs(kind, restored, IsolationLevel.READ_COMMITTED)).isEqualTo(rest);
    }

    /** With another batch size, another parallelism and another model, and verified to the frame. */
    @ParameterizedTest
    @CsvSource({"0.1.0, lfq16-encoder, 3, 2", "0.1.0, phased-encoder, 1, 4"})
    void savepointOfAReleasedVersionGoesOnWithOtherOptions(String version, String model, int batch, int parallelism)
            throws Exception {
        Path fixture = fixture(Kind.TOKENIZE, version);
        Configuration restored = options(Kind.TOKENIZE, "restored");
        String run = "-" + model + "-" + batch;
        restored.set(KafkaOptions.TOKENS_TOPIC, "tokens" + run);
        restored.set(KafkaOptions.DEAD_LETTERS_TOPIC, "dead-letters" + run);
        restored.set(TokenizeOptions.MODEL_ENCODER, model(model));
        restored.set(InferenceOptions.BATCH_SIZE, batch);
        restored.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        restored.set(
                StateRecoveryOptions.SAVEPOINT_PATH,
                fixture.resolve("savepoint").toUri().toString());
        sendAll(Kind.TOKENIZE, restored);
        try (LocalJob<KafkaJob> job = LocalJob.start(broker.bootstrapServers(), restored, TokenizeJob::new)) {
            await(Kind.TOKENIZE, restored, CAMERAS * ((FRAMES - FRAMES_CUT) / 4));
            job.drain();
        }

        Configuration looked = new Configuration(restored);
        looked.set(KafkaOptions.START, KafkaOptions.Start.TIMESTAMP); // what the savepoint's job wrote is not there
        TokenizeSettings settings = TokenizeSettings.of(looked);
        try (VideoTokenizer tokenizer = Models.tokenizer(settings)) {
            VerifyReport report = new TopicVerification(
                            settings, new KafkaSettings(looked), TopicVerification.Extent.ALL)
                    .run(tokenizer, frames -> {});
            assertThat(report.cameras().stream().flatMap(camera -> camera.examples().stream()))
                    .isEmpty();
            assertThat(report.passed()).isTrue();
            assertThat(report.frames())
                    .as("none lost, none twice")
                    .containsEntry(Fate.BEFORE_START, (long) CAMERAS * FRAMES_CUT)
                    .containsEntry(Fate.TOKENIZED, (long) CAMERAS * (FRAMES - FRAMES_CUT));
        }
    }

    /** What the job gives when nothing stops it before the end of the same input. */
    private static Map<String, List<ByteBuffer>> undisturbed(Kind kind) throws Exception {
        Configuration options = options(kind, "restored");
        options.set(KafkaOptions.STOP, KafkaOptions.Stop.LATEST);
        options.set(KafkaOptions.GROUP_ID, kind + "-whole");
        options.set(KafkaOptions.TRANSACTION_PREFIX, kind + "-whole");
        kind.outputs.forEach(topic -> options.set(topic, options.get(topic) + "-whole"));
        try (LocalJob<KafkaJob> job = LocalJob.start(broker.bootstrapServers(), options, kind.make)) {
            job.awaitEnd();
        }
        return outputs(kind, options, IsolationLevel.READ_COMMITTED);
    }

    /** Writes the savepoints of this version into a folder. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        startBroker();
        for (Kind kind : Kind.values()) {
            Configuration options = options(kind, "restored");
            send(kind, options, 0, cut(kind));
            Path fixture = Files.createDirectories(folder.resolve(name(kind)));
            try (LocalJob<KafkaJob> job = LocalJob.start(broker.bootstrapServers(), options, kind.make)) {
                await(kind, options, CAMERAS * 2 * kind.outputs.size());
                Awaitility.await().atMost(TIMEOUT).until(new Settled(kind, options)::isTrue);
                Files.move(job.suspend(fixture), fixture.resolve("savepoint"));
            }
            Properties written = new Properties();
            outputs(kind, options, IsolationLevel.READ_COMMITTED)
                    .forEach((stream, records) -> written.setProperty(stream, Integer.toString(records.size())));
            try (Writer out = Files.newBufferedWriter(fixture.resolve("emitted.properties"))) {
                written.store(out, "records before the savepoint, by topic and camera");
            }
        }
        stopBroker();
        Runtime.getRuntime().exit(0);
    }

    /** Whether as many records have come as a second before. */
    private static final class Settled {
        private final Kind kind;
        private final Configuration options;
        private int last = -1;

        private Settled(Kind kind, Configuration options) {
            this.kind = kind;
            this.options = options;
        }

        private boolean isTrue() {
            int now = size(outputs(kind, options, IsolationLevel.READ_UNCOMMITTED));
            Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            boolean settled = now == last;
            last = now;
            return settled;
        }
    }

    private static Configuration options(Kind kind, String run) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        for (ConfigOption<String> topic : List.of(
                KafkaOptions.FRAMES_TOPIC,
                KafkaOptions.TOKENS_TOPIC,
                KafkaOptions.ACTIONS_TOPIC,
                KafkaOptions.ACTION_SCORES_TOPIC,
                KafkaOptions.DECODED_FRAMES_TOPIC,
                KafkaOptions.ARCHIVE_TOPIC,
                KafkaOptions.SEQUENCES_TOPIC,
                KafkaOptions.DEAD_LETTERS_TOPIC)) {
            options.set(topic, name(kind) + "-" + topic.defaultValue());
        }
        options.set(KafkaOptions.GROUP_ID, name(kind) + "-" + run);
        options.set(KafkaOptions.TRANSACTION_PREFIX, name(kind) + "-" + run);
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 1);
        options.set(TokenizeOptions.MODEL_ENCODER, model("tiny-encoder"));
        options.set(TokenizeOptions.FRAME_SIZE, SIDE + "x" + SIDE);
        options.set(RecognizeOptions.MODEL_RECOGNIZER, model("tiny-recognizer"));
        options.set(RecognizeOptions.ACTION_THRESHOLD, 0.34);
        options.set(RecognizeOptions.ACTION_RELEASE, 0.34);
        options.set(RecognizeOptions.ACTION_MIN_DURATION, Duration.ZERO);
        options.set(DetokenizeOptions.MODEL_DECODER, model("tiny-decoder"));
        options.set(SequenceOptions.CONTEXT_LENGTH, 50);
        options.set(SequenceOptions.OVERLAP, 7);
        // a fixture is older than any silence that a camera is given
        options.set(InferenceOptions.CAMERA_IDLE_TTL, Duration.ofDays(36_500));
        options.set(ArchiveOptions.SILENCE, Duration.ofDays(36_500));
        options.set(SequenceOptions.SILENCE, Duration.ofDays(36_500));
        options.setString("inference.device", "cpu");
        options.setString("execution.checkpointing.interval", "500 ms");
        return options;
    }

    private static String model(String name) {
        return MODELS.resolve(name + ".onnx").toString();
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static int count(Kind kind) {
        return kind == Kind.TOKENIZE ? FRAMES : TOKEN_FRAMES;
    }

    private static int cut(Kind kind) {
        return kind == Kind.TOKENIZE ? FRAMES_CUT : TOKEN_FRAMES_CUT;
    }

    private static void send(Kind kind, Configuration options, int from, int to) {
        KafkaSettings kafka = new KafkaSettings(options);
        new Topics(kafka, 1 << 20).ensure();
        if (kind == Kind.TOKENIZE) {
            sendFrames(kafka, from, to);
        } else {
            TestTokens.send(kafka, tokens(), from, to);
        }
    }

    /** All of a kind's input, once: the topics' names are in the savepoints. */
    private static void sendAll(Kind kind, Configuration options) {
        if (SENT.add(kind)) {
            send(kind, options, 0, cut(kind));
            send(kind, options, cut(kind), count(kind));
        }
    }

    private static List<List<TokenFrame>> tokens() {
        return IntStream.range(0, CAMERAS)
                .mapToObj(camera -> TestTokens.camera(camera, TOKEN_FRAMES))
                .peek(frames -> frames.forEach(frame -> frame.setTokenizerId(TINY)))
                .toList();
    }

    /** Noise that drifts, as raw pictures; a frame is missing here and there. */
    private static void sendFrames(KafkaSettings kafka, int from, int to) {
        try (FrameProducer producer = new FrameProducer(kafka, Topics.frameRecordBytes(1 << 20))) {
            for (int i = from; i < to; i++) {
                for (int camera = 0; camera < CAMERAS; camera++) {
                    byte[] rgb = new byte[SIDE * SIDE * 3];
                    new SplittableRandom(camera * 1000L + i / 7).nextBytes(rgb);
                    long sequence = i + (i > 21 ? 3 : 0);
                    producer.send(
                            new FrameProducer.Place(TestTokens.name(camera), 1, sequence, 1 + sequence * 40_000),
                            FrameEncoding.RGB24,
                            SIDE,
                            SIDE,
                            rgb);
                }
            }
            producer.flush();
        }
    }

    private static void await(Kind kind, Configuration options, int records) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> size(outputs(kind, options, IsolationLevel.READ_UNCOMMITTED)) >= records);
    }

    /** What the job wrote, by topic and camera, each in order. */
    private static Map<String, List<ByteBuffer>> outputs(Kind kind, Configuration options, IsolationLevel isolation) {
        Map<String, List<ByteBuffer>> found = new TreeMap<>();
        for (ConfigOption<String> topic : kind.outputs) {
            try (TopicReader reader = new TopicReader(new KafkaSettings(options), options.get(topic), isolation)) {
                reader.readToEnd(record -> found.computeIfAbsent(
                                topic.defaultValue() + "." + new String(record.key(), StandardCharsets.UTF_8),
                                stream -> new ArrayList<>())
                        .add(ByteBuffer.wrap(record.value())));
            }
        }
        return found;
    }

    private static int size(Map<String, List<ByteBuffer>> outputs) {
        return outputs.values().stream().mapToInt(List::size).sum();
    }

    private static Properties emitted(Path fixture) throws IOException {
        Properties written = new Properties();
        try (Reader in = Files.newBufferedReader(fixture.resolve("emitted.properties"))) {
            written.load(in);
        }
        return written;
    }

    private static Path fixture(Kind kind, String version) throws URISyntaxException {
        return Path.of(SavepointITCase.class
                .getResource("/savepoints/" + version + "/" + name(kind))
                .toURI());
    }
}

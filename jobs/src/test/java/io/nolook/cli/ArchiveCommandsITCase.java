package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.archive.TestTokens;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TokenProducer;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.TopicRecords;
import io.nolook.local.EmbeddedBroker;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.Models;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.offline.TokenFile;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that is done with an archive, on one that the job wrote of real tokens. */
class ArchiveCommandsITCase {
    private static final long START = 1_700_000_000_000_000L;
    private static final FrameSize SIZE = new FrameSize(32, 32);
    private static final int FRAMES = 150;
    private static EmbeddedBroker broker;
    private static Configuration options;
    /** By camera: what was live. */
    private static final List<List<TokenFrame>> LIVE = new ArrayList<>();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @BeforeAll
    static void archive() throws Exception {
        broker = EmbeddedBroker.start(Map.of());
        options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 2);
        options.set(KafkaOptions.STOP, KafkaOptions.Stop.LATEST);
        options.set(TokenizeOptions.FRAME_SIZE, SIZE.toString());
        options.set(TokenizeOptions.KEYFRAME_INTERVAL, 10);
        options.setString("inference.device", "cpu");
        options.setString("execution.checkpointing.interval", "500 ms");
        KafkaSettings kafka = new KafkaSettings(options);
        TestTokens.createTopic(kafka, kafka.tokensTopic());
        TestTokens.createTopic(kafka, "again");
        tokenize();
        try (TokenProducer producer = new TokenProducer(kafka, kafka.tokensTopic())) {
            for (int i = 0; i < LIVE.get(0).size(); i++) {
                for (List<TokenFrame> camera : LIVE) {
                    producer.send(camera.get(i));
                }
            }
            producer.flush();
        }
        ArchiveJob job = new ArchiveJob(options);
        job.start(StreamExecutionEnvironment.createLocalEnvironment(job.configuration()))
                .getJobExecutionResult()
                .get();
    }

    private static void tokenize() throws IOException {
        TokenizeSettings settings = TokenizeSettings.of(options);
        try (VideoTokenizer tokenizer = Models.tokenizer(settings)) {
            for (int camera = 0; camera < 2; camera++) {
                List<TokenFrame> mine = new ArrayList<>();
                new OfflineTokenizer(tokenizer, settings)
                        .tokenize(
                                source(new SimulatedCamera(camera, SIZE.width(), SIZE.height())),
                                "camera-" + camera,
                                mine::add);
                mine.forEach(frame -> {
                    frame.setFirstCapturedAtMicros(START + frame.getFirstCapturedAtMicros() - 1);
                    frame.setLastCapturedAtMicros(START + frame.getLastCapturedAtMicros() - 1);
                });
                LIVE.add(mine);
            }
        }
    }

    private static PictureSource source(SimulatedCamera camera) {
        int[] next = {0};
        return new PictureSource() {
            @Override
            public Optional<TimedPicture> next() {
                int frame = next[0]++;
                return frame == FRAMES
                        ? Optional.empty()
                        : Optional.of(new TimedPicture(camera.picture(frame), frame * 40_000L));
            }

            @Override
            public void close() {}
        };
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void listsAndVerifies() throws IOException {
        assertThat(execute("archive", "ls")).isZero();
        assertThat(out.toString()).contains("camera-0  5  42  150  0  0  ", "camera-1  5  42  150  0  0  ");
        assertThat(execute("archive", "info", "--camera", "camera-0")).isZero();
        assertThat(out.toString()).contains("0/0/0  10  37  2023-11-14T22:13:20Z  2023-11-14T22:13:21.440Z  KEYFRAME");
        assertThat(execute("archive", "verify", "--out", folder.toString())).isZero();
        assertThat(out.toString()).contains("2 cameras, 10 segments, 84 token frames decoded", "passed");
        assertThat(folder.resolve("archive-verify.json")).exists();
    }

    @Test
    void verifiesThatSegmentsDecodeToPictures() {
        assertThat(execute("archive", "verify", "--pictures", "--out", folder.toString()))
                .isZero();
        assertThat(out.toString()).contains("84 token frames decoded, the first of each segment to pictures", "passed");
        assertThat(execute(
                        "archive",
                        "verify",
                        "--pictures",
                        "--out",
                        folder.toString(),
                        "-D",
                        "model.decoder=../operators/src/test/resources/models/tiny-decoder.onnx"))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("FAILED: 10", "segment camera-1/0/37/0: cannot be decoded to pictures: model.decoder: found");
    }

    /** Any stretch: the pictures of the live tokens, byte for byte; and no more than the keyframe before it is read. */
    @Test
    void picturesOfAStretchAreThoseOfTheLiveTokens() throws IOException {
        List<byte[]> live = pictures(LIVE.get(1));
        for (int[] stretch : new int[][] {{0, 5}, {40, 77}, {60, 60}, {149, 149}, {0, 149}}) {
            Path pngs = folder.resolve("pngs-" + stretch[0] + "-" + stretch[1]);
            assertThat(replay(stretch[0], stretch[1], "--out", pngs.toString())).isZero();
            List<byte[]> found = new ArrayList<>();
            try (Stream<Path> files = Files.list(pngs)) {
                for (Path file : files.sorted().toList()) {
                    found.add(Files.readAllBytes(file));
                }
            }
            List<byte[]> expected = live.subList(stretch[0], stretch[1] + 1);
            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(found.get(i)).isEqualTo(expected.get(i));
            }
        }
        assertThat(replay(
                        100,
                        110,
                        "--out",
                        folder.resolve("a.mp4").toString(),
                        "--out",
                        folder.resolve("b.png").toString()))
                .isZero();
        assertThat(out.toString()).contains("1 segments, 10 token frames, 11 pictures");
        assertThat(folder.resolve("a.mp4")).isNotEmptyFile();
        assertThat(folder.resolve("b.png")).isNotEmptyFile();
    }

    @Test
    void tokensOfAStretchBeginAtItsKeyframe() throws IOException {
        Path file = folder.resolve("tokens.avro");
        assertThat(replay(45, 80, "--out", file.toString(), "--to-topic", "again", "--full-speed"))
                .isZero();
        List<TokenFrame> found = new ArrayList<>();
        try (var reader = TokenFile.open(file)) {
            reader.forEach(found::add);
        }
        assertThat(found.get(0).getPosition()).isZero();
        assertThat(found).isEqualTo(LIVE.get(1).subList(10, 10 + found.size()));
        assertThat(found.get(found.size() - 1).getLastSequence()).isGreaterThanOrEqualTo(80);
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        List<TokenFrame> again = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records("again")) {
            again.add(format.decode(record.value()));
        }
        assertThat(again).isEqualTo(found);
    }

    @Test
    void tokensOfAnotherTokenizerAreNotDecoded() throws IOException {
        String other = "../operators/src/test/resources/models/tiny-decoder.onnx";
        assertThat(replay(0, 5, "--out", folder.resolve("x").toString(), "-D", "model.decoder=" + other))
                .isEqualTo(1);
        assertThat(err.toString()).contains(LIVE.get(0).get(0).getTokenizerId(), "found the decoder of tokenizer tiny");
        Path registered = Files.createDirectories(
                folder.resolve("registry").resolve(LIVE.get(0).get(0).getTokenizerId()));
        Files.copy(Path.of("../deploy/models/nolook-small/decoder.onnx"), registered.resolve("decoder.onnx"));
        assertThat(replay(
                        0,
                        5,
                        "--out",
                        folder.resolve("y").toString(),
                        "-D",
                        "model.decoder=" + other,
                        "-D",
                        "model.registry=" + folder.resolve("registry")))
                .isZero();
    }

    @Test
    void aFlippedByteCostsItsSegmentOnly() throws Exception {
        KafkaSettings kafka = new KafkaSettings(options);
        TestTokens.createTopic(kafka, "damaged");
        try (KafkaProducer<byte[], byte[]> producer = TestTokens.producer(kafka)) {
            int sent = 0;
            for (ConsumerRecord<byte[], byte[]> record : records(kafka.archiveTopic())) {
                byte[] value = record.value().clone();
                if (sent++ == 2) {
                    value[value.length / 2] ^= 4;
                }
                producer.send(new ProducerRecord<>(
                                "damaged", record.partition(), record.timestamp(), record.key(), value))
                        .get();
            }
        }
        assertThat(execute("archive", "verify", "--out", folder.toString(), "-D", "topics.archive=damaged"))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("2 cameras, 9 segments,", "FAILED: 1")
                .containsPattern("damaged [01]/\\d: segment camera-[01]/0/\\d+/0: found bytes of checksum");
    }

    /** At the default size, the windows of five cameras are more than Flink's checkpoints in memory take. */
    @Test
    void backfillsMoreRecordingsThanFitIntoMemory() {
        List<String> arguments = new ArrayList<>(List.of("backfill"));
        for (int camera = 0; camera < 5; camera++) {
            String file = folder.resolve("recording-" + camera + ".mp4").toString();
            assertThat(execute("simulate", "--seconds", "2", "--size", "128x128", "--seed", "" + camera, "--out", file))
                    .isZero();
            arguments.add(file);
        }
        arguments.addAll(List.of("-D", "topics.tokens=backfilled", "-D", "topics.replication=1"));
        arguments.addAll(List.of("-D", "parallelism.default=1", "-D", "inference.device=cpu"));
        arguments.addAll(List.of("-D", "restart-strategy.type=disable"));

        assertThat(execute(arguments.toArray(String[]::new))).as(err.toString()).isZero();

        assertThat(TopicRecords.tokens(new KafkaSettings(options), "backfilled").values())
                .hasSize(5)
                .allSatisfy(frames -> assertThat(frames).hasSize(14));
    }

    @Test
    void exportsEveryFormat() {
        for (String format : List.of("npz", "tar", "parquet")) {
            Path to = folder.resolve(format);
            assertThat(execute(
                            "archive",
                            "export",
                            "--format",
                            format,
                            "--out",
                            to.toString(),
                            "--factors",
                            "9+9",
                            "--vocabulary",
                            "--rows",
                            "20"))
                    .isZero();
            assertThat(to).isDirectoryContaining("glob:**." + format);
        }
        assertThat(out.toString()).contains("10 segments, 84 token frames");
        assertThat(execute("archive", "export", "--out", folder.toString(), "--camera", "nobody"))
                .isZero();
        assertThat(out.toString()).contains("0 segments, 0 token frames");
    }

    @Test
    void nothingThereIsAMistakeThatIsTold() {
        assertThat(execute("replay", "--camera", "nobody", "--from", "0", "--to", "1", "--out", "x.mp4"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("found nothing of camera nobody from 1970-01-01T00:00:00Z");
        assertThat(execute("replay", "--camera", "camera-0", "--from", "5", "--to", "1", "--out", "x.mp4"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("--to: found a time before --from");
        assertThat(execute("replay", "--camera", "camera-0", "--from", "yesterday", "--to", "1"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("--from: found 'yesterday', expected a time such as");
        assertThat(execute("archive")).isEqualTo(2);
    }

    private static List<byte[]> pictures(List<TokenFrame> frames) {
        List<byte[]> pictures = new ArrayList<>();
        PictureEncoder encoder = new PictureEncoder();
        TokenizeSettings settings = TokenizeSettings.of(options);
        try (VideoDetokenizer detokenizer = Models.detokenizer(options, settings, SIZE)) {
            OfflineDetokenizer decoder = new OfflineDetokenizer(detokenizer);
            for (TokenFrame frame : frames) {
                for (Picture picture : decoder.decode(frame)) {
                    pictures.add(encoder.png(picture));
                }
            }
        }
        return pictures;
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (TopicReader reader = new TopicReader(new KafkaSettings(options), topic, IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(records::add);
        }
        return records;
    }

    private int replay(int first, int last, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "replay",
                "--camera",
                "camera-1",
                "--from",
                "%d.%06d".formatted((START + first * 40_000L) / 1_000_000, (START + first * 40_000L) % 1_000_000),
                "--to",
                "%d.%06d".formatted((START + last * 40_000L) / 1_000_000, (START + last * 40_000L) % 1_000_000)));
        arguments.addAll(List.of(more));
        return execute(arguments.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (arguments.length > 1 && !arguments[0].equals("simulate")) {
            all.addAll(List.of("-D", "kafka.bootstrap.servers=" + broker.bootstrapServers()));
        }
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}

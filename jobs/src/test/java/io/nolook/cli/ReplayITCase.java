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
import io.nolook.job.archive.TestArchive;
import io.nolook.job.archive.TestTokens;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.EmbeddedBroker;
import io.nolook.media.Inputs;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.Models;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.offline.TokenFile;
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
import org.apache.avro.file.DataFileReader;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replays of archives that are not of one piece: of several models, with gaps, with damage. */
class ReplayITCase {
    private static final String MODELS = "../operators/src/test/resources/models/";
    private static final long SECOND = 1_000_000;
    private static final long START = 1_700_000_000 * SECOND;
    private static EmbeddedBroker broker;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

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

    /** The small model, the tiny one at half the size, the small one again. */
    @Test
    void eachSegmentIsDecodedByItsOwnModel() throws IOException {
        KafkaSettings kafka = archive("models");
        List<TokenFrame> first = film("64x64", "builtin:nolook-small", START);
        List<TokenFrame> second = film("32x32", MODELS + "tiny-encoder.onnx", START + 2 * SECOND);
        List<TokenFrame> third = film("64x64", "builtin:nolook-small", START + 4 * SECOND);
        for (List<TokenFrame> frames : List.of(first, second, third)) {
            TestArchive.send(kafka, frames);
        }
        String tiny = second.get(0).getTokenizerId();
        String pictures = folder.resolve("pictures").toString();

        assertThat(replay("models", "--to", seconds(START + 6 * SECOND), "--out", pictures))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains(
                        "segment gate/",
                        "for tokens of " + tiny + ", expected its own: put it at FOLDER/" + tiny + "/decoder.onnx");
        assertThat(folder.resolve("pictures")).doesNotExist();

        Path registered = Files.createDirectories(folder.resolve("registry").resolve(tiny));
        Files.copy(Path.of(MODELS + "tiny-decoder.onnx"), registered.resolve("decoder.onnx"));
        String registry = "model.registry=" + folder.resolve("registry");
        String video = folder.resolve("gate.mp4").toString();
        String tokens = folder.resolve("gate.avro").toString();
        assertThat(replay(
                        "models",
                        "--to",
                        seconds(START + 6 * SECOND),
                        "--out",
                        pictures,
                        "--out",
                        video,
                        "--out",
                        tokens,
                        "--out",
                        folder.resolve("gate.png").toString(),
                        "-D",
                        registry))
                .as(err.toString())
                .isZero();

        List<byte[]> expected = new ArrayList<>(pictures(first, "builtin:nolook-small", 64));
        expected.addAll(pictures(second, MODELS + "tiny-decoder.onnx", 32));
        expected.addAll(pictures(third, "builtin:nolook-small", 64));
        assertThat(files(folder.resolve("pictures"))).containsExactlyElementsOf(expected);
        assertThat(sizes("gate.mp4", "gate-2.mp4", "gate-3.mp4")).containsExactly("21 of 64", "21 of 32", "21 of 64");
        assertThat(out.toString()).contains("gate-2.mp4", "gate-3.mp4");

        // and a file of tokens of several models comes back as well
        assertThat(execute(
                        "detokenize", tokens, "--out", folder.resolve("again").toString(), "-D", registry))
                .as(err.toString())
                .isZero();
        assertThat(files(folder.resolve("again"))).containsExactlyElementsOf(expected);
    }

    /** What the version before tokenized, and what this one does, in one archive: both come back with nothing set up. */
    @Test
    void anArchiveOfTwoVersionsNeedsNoRegistry() throws IOException {
        KafkaSettings kafka = archive("versions");
        List<TokenFrame> before = new ArrayList<>();
        try (DataFileReader<TokenFrame> file =
                TokenFile.open(Path.of("src/test/resources/tokens/nolook-small-3.avro"))) {
            file.forEach(before::add);
        }
        at(before, START);
        List<TokenFrame> now = film("64x64", "builtin:nolook-small", START + 2 * SECOND);
        assertThat(before.get(0).getTokenizerId()).isNotEqualTo(now.get(0).getTokenizerId());
        TestArchive.send(kafka, before);
        TestArchive.send(kafka, now);

        Path pictures = folder.resolve("pictures");
        assertThat(replay("versions", "--to", seconds(START + 4 * SECOND), "--out", pictures.toString()))
                .as(err.toString())
                .isZero();

        List<byte[]> expected = new ArrayList<>(pictures(before, "builtin:nolook-small-3-edbf3593ba11", 64));
        expected.addAll(pictures(now, "builtin:nolook-small", 64));
        assertThat(files(pictures)).hasSize(42).containsExactlyElementsOf(expected);
    }

    @Test
    void gapsAreJumpedAndTold() throws IOException {
        KafkaSettings kafka = archive("gaps");
        List<TokenFrame> frames = TestTokens.camera(0, 90);
        for (int i = 0; i < frames.size(); i++) {
            TokenFrame frame = frames.get(i);
            frame.setCamera("gate");
            long clipsBefore = i / TestTokens.INTERVAL;
            frame.setFirstCapturedAtMicros(frame.getFirstCapturedAtMicros() + clipsBefore * 360 * SECOND);
            frame.setLastCapturedAtMicros(frame.getLastCapturedAtMicros() + clipsBefore * 360 * SECOND);
        }
        TestArchive.send(kafka, frames);
        TestTokens.createTopic(kafka, "gaps-again");

        long began = System.nanoTime();
        assertThat(replay("gaps", "--to", seconds(START + 7200 * SECOND), "--to-topic", "gaps-again"))
                .as(err.toString())
                .isZero();

        assertThat((System.nanoTime() - began) / 1e9).isBetween(12.0, 60.0);
        assertThat(out.toString().lines().filter(line -> line.startsWith("jumped: 360.")))
                .hasSize(9);
        assertThat(out.toString())
                .contains("jumped: 360.0 s without a picture, from 2023-11-14T22:13:21.280Z to 2023-11-14T22:19:21.");
    }

    @Test
    void whatIsLeftOutIsToldByTheExitCode() throws IOException {
        KafkaSettings kafka = archive("damaged");
        List<TokenFrame> frames = TestTokens.camera(0, 90);
        frames.forEach(frame -> frame.setCamera("gate"));
        int[] sent = {0};
        TestArchive.send(kafka, frames, value -> {
            value[value.length / 2] ^= (byte) (sent[0]++ == 4 ? 1 : 0);
            return value;
        });
        String damage =
                "segment gate/7/" + frames.get(4 * TestTokens.INTERVAL).getClip() + "/0: found bytes of checksum";

        assertThat(replay("damaged", "--to", seconds(START + 60 * SECOND), "--out", folder + "/gate.avro"))
                .isEqualTo(3);
        assertThat(err.toString()).contains("left out: ", damage);

        for (String format : List.of("npz", "tar", "parquet")) {
            Path exported = folder.resolve(format);
            out.getBuffer().setLength(0);
            err.getBuffer().setLength(0);
            assertThat(export("damaged", "--format", format, "--out", exported.toString()))
                    .isEqualTo(3);
            assertThat(err.toString()).contains("left out: damaged ", damage);
            assertThat(out.toString()).contains("9 segments, 81 token frames", "INCOMPLETE: 1 segments were left out");
            assertThat(exported).isNotEmptyDirectory();
        }
        assertThat(export("damaged", "--camera", "nobody", "--out", folder.toString()))
                .as("another camera's damage")
                .isZero();
    }

    private static KafkaSettings archive(String topic) {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 2);
        options.set(KafkaOptions.ARCHIVE_TOPIC, topic);
        KafkaSettings kafka = new KafkaSettings(options);
        TestTokens.createTopic(kafka, topic);
        return kafka;
    }

    private static List<TokenFrame> film(String size, String encoder, long atMicros) throws IOException {
        TokenizeSettings settings = settings(size, encoder);
        List<TokenFrame> frames = new ArrayList<>();
        int pixels = settings.frameSize().width();
        try (VideoTokenizer tokenizer = Models.tokenizer(settings)) {
            new OfflineTokenizer(tokenizer, settings)
                    .tokenize(source(new SimulatedCamera(1, pixels, pixels)), "gate", frames::add);
        }
        at(frames, atMicros);
        return frames;
    }

    /** Moves a recording to a time; its epoch is that time. */
    private static void at(List<TokenFrame> frames, long atMicros) {
        frames.forEach(frame -> {
            frame.setEpoch(atMicros / 1000);
            frame.setFirstCapturedAtMicros(atMicros + frame.getFirstCapturedAtMicros() - 1);
            frame.setLastCapturedAtMicros(atMicros + frame.getLastCapturedAtMicros() - 1);
        });
    }

    private static TokenizeSettings settings(String size, String encoder) {
        Configuration options = new Configuration();
        options.set(TokenizeOptions.FRAME_SIZE, size);
        options.set(TokenizeOptions.MODEL_ENCODER, encoder);
        options.setString("inference.device", "cpu");
        return TokenizeSettings.of(options);
    }

    private static PictureSource source(SimulatedCamera camera) {
        int[] next = {0};
        return new PictureSource() {
            @Override
            public Optional<TimedPicture> next() {
                int frame = next[0]++;
                return frame == 21
                        ? Optional.empty()
                        : Optional.of(new TimedPicture(camera.picture(frame), frame * 40_000L));
            }

            @Override
            public void close() {}
        };
    }

    private static List<byte[]> pictures(List<TokenFrame> frames, String decoder, int size) {
        Configuration options = new Configuration();
        options.setString("model.decoder", decoder);
        options.setString("inference.device", "cpu");
        List<byte[]> pictures = new ArrayList<>();
        try (VideoDetokenizer detokenizer =
                Models.detokenizer(options, TokenizeSettings.of(options), new FrameSize(size, size))) {
            OfflineDetokenizer offline = new OfflineDetokenizer(detokenizer);
            for (TokenFrame frame : frames) {
                for (Picture picture : offline.decode(frame)) {
                    pictures.add(new PictureEncoder().png(picture));
                }
            }
        }
        return pictures;
    }

    private static List<byte[]> files(Path folder) throws IOException {
        List<byte[]> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                found.add(Files.readAllBytes(file));
            }
        }
        return found;
    }

    private List<String> sizes(String... videos) throws IOException {
        List<String> sizes = new ArrayList<>();
        for (String video : videos) {
            try (PictureSource source = Inputs.open(folder.resolve(video).toString(), 25)) {
                int count = 0;
                int width = 0;
                for (Optional<TimedPicture> next = source.next(); next.isPresent(); next = source.next()) {
                    count++;
                    width = next.get().picture().width();
                }
                sizes.add(count + " of " + width);
            }
        }
        return sizes;
    }

    private static String seconds(long micros) {
        return Long.toString(micros / SECOND);
    }

    private int replay(String topic, String... more) {
        return execute(
                Stream.concat(Stream.of("replay", "--camera", "gate", "--from", seconds(START)), Stream.of(more)),
                topic);
    }

    private int export(String topic, String... more) {
        return execute(Stream.concat(Stream.of("archive", "export"), Stream.of(more)), topic);
    }

    private int execute(Stream<String> arguments, String topic) {
        return execute(Stream.concat(
                        arguments,
                        Stream.of(
                                "-D",
                                "topics.archive=" + topic,
                                "-D",
                                "kafka.bootstrap.servers=" + broker.bootstrapServers()))
                .toArray(String[]::new));
    }

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}

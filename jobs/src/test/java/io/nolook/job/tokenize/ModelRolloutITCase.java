package io.nolook.job.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.digest.Sha256;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.ControlTopic;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.VideoTokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.offline.Models;
import io.nolook.rollout.Assignment;
import io.nolook.rollout.Command.Codes;
import io.nolook.rollout.ModelFile;
import io.nolook.rollout.Share;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.TokenFrame;
import io.nolook.tool.rollout.Rollout;
import io.nolook.tool.verify.KnownEncoders;
import io.nolook.tool.verify.TopicVerification;
import io.nolook.tool.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other models for the cameras of a job that runs: no clip of two models, nothing lost, all of it verified. */
class ModelRolloutITCase {
    private static final int STRETCH = 14;

    private EmbeddedBroker broker;
    private Configuration options;
    private KafkaSettings kafka;
    private TokenTopics topics;
    private ModelFile floats;

    @BeforeEach
    void start() throws IOException {
        broker = EmbeddedBroker.start(Map.of());
        options = new Configuration();
        topics = new TokenTopics(options);
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 4);
        options.set(TokenizeOptions.FRAME_SIZE, "32x32");
        options.set(CoreOptions.DEFAULT_PARALLELISM, 2);
        options.setString("inference.device", "cpu");
        options.setString("inference.threads", "1");
        options.setString("execution.checkpointing.interval", "500 ms");
        kafka = new KafkaSettings(options);
        byte[] file = ModelFiles.read("builtin:nolook-small", "encoder");
        floats = new ModelFile(Sha256.hex(file), "builtin:nolook-small/fp32");
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private Rollout rollout(ControlTopic control) {
        return new Rollout(control, Duration.ofSeconds(60), line -> {});
    }

    @Test
    void thirtyPercentThenAllThenBack() throws Exception {
        int cameras = 50;
        Recording recording = new Recording(cameras, 5 * STRETCH);
        Set<String> canaries = IntStream.range(0, cameras)
                .mapToObj(Recording::name)
                .filter(Share.percent(30)::has)
                .collect(Collectors.toSet());
        assertThat(canaries).hasSizeBetween(8, 22);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            ControlTopic control = new ControlTopic(kafka, "test");
            recording.send(kafka, 0, STRETCH);
            topics.awaitFrames(cameras * (STRETCH - 3));

            rollout(control).to(control.assignment().canary(floats, Share.percent(30), Set.of()), Codes.SAME);
            recording.send(kafka, STRETCH, 2 * STRETCH);
            topics.awaitFrames(cameras * (2 * STRETCH - 3));
            rollout(control).to(control.assignment().deploy(floats), Codes.SAME);
            recording.send(kafka, 2 * STRETCH, 3 * STRETCH);
            topics.awaitFrames(cameras * (3 * STRETCH - 3));
            rollout(control).to(control.assignment().rollback(), Codes.SAME);
            recording.send(kafka, 3 * STRETCH, 4 * STRETCH);
            topics.awaitFrames(cameras * (4 * STRETCH - 3));
            rollout(control).keyframe(Recording.name(7));
            recording.send(kafka, 4 * STRETCH, 5 * STRETCH);
            topics.awaitFrames(cameras * (5 * STRETCH - 3));
            job.drain();
        }
        Map<String, List<TokenFrame>> tokens = topics.tokens();
        assertThat(tokens).hasSize(cameras);
        tokens.forEach((camera, frames) -> {
            assertThat(models(frames, 0, STRETCH)).as("%s at first", camera).doesNotContain(floats.hash());
            assertThat(models(frames, STRETCH, 2 * STRETCH).contains(floats.hash()))
                    .as("%s in the canary", camera)
                    .isEqualTo(canaries.contains(camera));
            assertThat(models(frames, 2 * STRETCH, 3 * STRETCH))
                    .as("%s with all", camera)
                    .containsExactly(floats.hash());
            assertThat(models(frames, 3 * STRETCH, 5 * STRETCH))
                    .as("%s back", camera)
                    .doesNotContain(floats.hash());
            long switches = frames.stream()
                    .filter(frame -> frame.getKeyframeReason() == KeyframeReason.MODEL)
                    .count();
            assertThat(switches).as("%s went over and back", camera).isEqualTo(2);
            long asked = frames.stream()
                    .filter(frame -> frame.getKeyframeReason() == KeyframeReason.REQUEST)
                    .count();
            assertThat(asked).isEqualTo(camera.equals(Recording.name(7)) ? 1 : 0);
        });
        VerifyReport report = verify(Optional.empty());
        assertThat(report.cameras().stream().flatMap(camera -> camera.examples().stream()))
                .isEmpty();
        assertThat(report.passed()).isTrue();
        assertThat(report.received()).isEqualTo(cameras * 5L * STRETCH);
    }

    /** Hashes of the models of the token frames of this range; the last three frames may wait for the next stretch. */
    private static Set<String> models(List<TokenFrame> frames, int from, int to) {
        return frames.stream()
                .filter(frame -> frame.getFirstSequence() >= from && frame.getLastSequence() < to - 3)
                .map(TokenFrame::getEncoderHash)
                .collect(Collectors.toSet());
    }

    @Test
    void aModelThatIsRefusedChangesNothing(@TempDir Path folder) throws Exception {
        Path other = folder.resolve("other.onnx");
        Files.copy(Path.of("../operators/src/test/resources/models/tiny-encoder.onnx"), other);
        ModelFile newTokens = new ModelFile(Sha256.hex(Files.readAllBytes(other)), other.toString());
        Recording recording = new Recording(3, 3 * STRETCH);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            ControlTopic control = new ControlTopic(kafka, "test");
            recording.send(kafka, 0, STRETCH);
            topics.awaitFrames(3 * (STRETCH - 3));
            assertThatThrownBy(() -> rollout(control)
                            .to(Assignment.NONE.deploy(new ModelFile(floats.hash(), other.toString())), Codes.ANY))
                    .hasMessageContaining("REFUSED")
                    .hasMessageContaining("expected " + floats.hash());
            assertThatThrownBy(() -> rollout(control).to(Assignment.NONE.deploy(newTokens), Codes.SAME))
                    .hasMessageContaining("tokenizer_id")
                    .hasMessageContaining("--new-tokens");
            assertThatThrownBy(() -> rollout(control)
                            .to(Assignment.NONE.deploy(new ModelFile(floats.hash(), "/nowhere.onnx")), Codes.ANY))
                    .hasMessageContaining("found no file at '/nowhere.onnx'");
            assertThat(control.assignment()).isEqualTo(Assignment.NONE);
            recording.send(kafka, STRETCH, 2 * STRETCH);
            topics.awaitFrames(3 * (2 * STRETCH - 3));

            rollout(control).to(Assignment.NONE.canary(newTokens, new Share(0), Set.of("camera-1")), Codes.ANY);
            recording.send(kafka, 2 * STRETCH, 3 * STRETCH);
            topics.awaitFrames(3 * (3 * STRETCH - 3));
            job.drain();
        }
        topics.tokens()
                .forEach((camera, frames) -> assertThat(
                                models(frames, 2 * STRETCH, 3 * STRETCH).contains(newTokens.hash()))
                        .isEqualTo(camera.equals("camera-1")));
        assertThat(verify(Optional.empty()).passed()).as("without its file").isFalse();
        assertThat(verify(Optional.of(folder)).passed()).as("with its file").isTrue();
    }

    /** The assignment is in the state; a model that is gone at a restart is told, and its cameras use that of the options. */
    @Test
    void whatWasCommandedHoldsOverARestartAndAMissingFileIsTold(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("floats.onnx");
        Files.write(file, ModelFiles.read("builtin:nolook-small", "encoder"));
        ModelFile model = new ModelFile(floats.hash(), file.toString());
        Recording recording = new Recording(2, 3 * STRETCH);
        Path savepoint;
        ControlTopic control = new ControlTopic(kafka, "test");
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options)) {
            rollout(control).to(control.assignment().deploy(model), Codes.SAME);
            recording.send(kafka, 0, STRETCH);
            topics.awaitFrames(2 * (STRETCH - 3));
            savepoint = job.suspend(folder.resolve("first"));
        }
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), from(savepoint, 1))) {
            recording.send(kafka, STRETCH, 2 * STRETCH);
            topics.awaitFrames(2 * (2 * STRETCH - 3));
            savepoint = job.suspend(folder.resolve("second"));
        }
        Files.delete(file);
        try (LocalJob<TokenizeJob> job = LocalJob.start(broker.bootstrapServers(), from(savepoint, 2))) {
            recording.send(kafka, 2 * STRETCH, 3 * STRETCH);
            topics.awaitFrames(2 * (3 * STRETCH - 3));
            job.drain();
        }
        topics.tokens().forEach((camera, frames) -> {
            assertThat(models(frames, 0, 2 * STRETCH)).as("%s before", camera).containsExactly(floats.hash());
            assertThat(models(frames, 2 * STRETCH, 3 * STRETCH))
                    .as("%s without the file", camera)
                    .doesNotContain(floats.hash());
        });
        assertThat(control.reports())
                .anySatisfy(report -> assertThat(report.why())
                        .contains("found no file at '" + file + "'")
                        .contains("its cameras use model.encoder"));
        assertThat(verify(Optional.empty()).passed()).isTrue();
    }

    private Configuration from(Path savepoint, int parallelism) {
        Configuration restored = new Configuration(options);
        restored.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
        restored.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        return restored;
    }

    private VerifyReport verify(Optional<Path> folder) throws Exception {
        TokenizeSettings settings = TokenizeSettings.of(options);
        try (VideoTokenizer tokenizer = Models.tokenizer(settings);
                KnownEncoders others = new KnownEncoders(settings, folder)) {
            return new TopicVerification(settings, kafka, TopicVerification.Extent.ALL)
                    .run(tokenizer, others::of, done -> {});
        }
    }
}

package io.nolook.job.detokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.flink.detokenize.DetokenizeSettings;
import io.nolook.flink.detokenize.OnnxDetokenizerLoader;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.job.recognize.SimulatedTokens;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoDetokenizer;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Tokens on a real broker come back as the frames of the offline core, byte for byte. */
class DetokenizeJobITCase {
    private static final int CAMERAS = 3;
    private static final int FRAMES = 22;
    private static final FrameSize SIZE = new FrameSize(64, 64);

    @Test
    void framesAreThoseOfTheOfflineCore() throws Exception {
        List<TokenFrame> tokens = SimulatedTokens.of(CAMERAS, FRAMES, SIZE);
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        TokenFrame other = format.decode(format.encode(tokens.get(0)));
        other.setTokenizerId("other-1");
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            options.set(KafkaOptions.TOPIC_REPLICATION, 1);
            options.set(CoreOptions.DEFAULT_PARALLELISM, 2);
            options.set(TokenizeOptions.FRAME_SIZE, SIZE.toString());
            options.setString("inference.device", "cpu");
            options.setString("execution.checkpointing.interval", "500 ms");
            KafkaSettings kafka = new KafkaSettings(options);
            try (LocalJob<DetokenizeJob> job = LocalJob.start(broker.bootstrapServers(), options, DetokenizeJob::new)) {
                SimulatedTokens.send(kafka, List.of(other));
                SimulatedTokens.send(kafka, tokens);
                Awaitility.await()
                        .atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> TopicRecords.read(
                                                kafka,
                                                kafka.decodedFramesTopic(),
                                                IsolationLevel.READ_UNCOMMITTED,
                                                SingleObject.frames())
                                        .size()
                                >= CAMERAS * FRAMES);
                job.drain();
            }
            Map<String, List<ByteBuffer>> found = new TreeMap<>();
            TopicRecords.read(kafka, kafka.decodedFramesTopic(), IsolationLevel.READ_COMMITTED, SingleObject.frames())
                    .forEach(frame -> {
                        List<ByteBuffer> mine = found.computeIfAbsent(frame.getCamera(), name -> new ArrayList<>());
                        assertThat(frame.getSequence()).isEqualTo(mine.size());
                        mine.add(frame.getPayload());
                    });
            assertThat(found).isEqualTo(offline(tokens));
            List<FailedFrame> dead = TopicRecords.read(
                    kafka, kafka.deadLettersTopic(), IsolationLevel.READ_COMMITTED, SingleObject.failedFrames());
            assertThat(dead).extracting(FailedFrame::getCode).containsExactly("RECORD_OF_OTHER_TOKENIZER");
        }
    }

    @Test
    void badOptionsAreRefusedBeforeAnythingRuns() {
        Configuration options = new Configuration();
        options.setString("kafka.bootstrap.servers", "127.0.0.1:1");
        options.setString("decoded.jpeg-quality", "2");
        assertThatThrownBy(() -> new DetokenizeJob(options)).hasMessageContaining("decoded.jpeg-quality: found 2.0");
    }

    private static Map<String, List<ByteBuffer>> offline(List<TokenFrame> tokens) {
        Map<String, List<ByteBuffer>> frames = new TreeMap<>();
        DetokenizeSettings settings = DetokenizeSettings.of(new Configuration());
        PictureEncoder encoder = new PictureEncoder();
        try (VideoDetokenizer detokenizer = VideoDetokenizer.admit(
                OnnxVideoDetokenizer.open(
                        ModelFiles.read(settings.decoder(), OnnxDetokenizerLoader.ROLE), SessionSettings.cpu(2)),
                SIZE)) {
            for (int camera = 0; camera < CAMERAS; camera++) {
                String name = "camera-" + camera;
                OfflineDetokenizer alone = new OfflineDetokenizer(detokenizer);
                List<ByteBuffer> mine = new ArrayList<>();
                for (TokenFrame frame : tokens) {
                    if (frame.getCamera().equals(name)) {
                        for (Picture picture : alone.decode(frame)) {
                            mine.add(ByteBuffer.wrap(encoder.jpeg(picture, settings.jpegQuality())));
                        }
                    }
                }
                frames.put(name, mine);
            }
        }
        return frames;
    }
}

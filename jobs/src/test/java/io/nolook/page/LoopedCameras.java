package io.nolook.page;

import io.nolook.camera.CameraHealth;
import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicNeeds;
import io.nolook.kafka.Topics;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionState;
import io.nolook.schema.CameraStatus;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.FailureStage;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Cameras that show loops of pictures at 5 frames a second, with the tokens that a job would make of them.
 *
 * <p>Pictures and tokens are made once, so that hundreds of cameras cost next to nothing. One thread sends.
 */
public final class LoopedCameras implements AutoCloseable {
    private static final int WIDTH = 228;
    private static final int HEIGHT = 128;
    private static final int FRAMES = 61;
    private static final int CHUNK = 4;
    private static final long FRAME_MILLIS = 200;
    private static final long STATUS_MILLIS = 10_000;
    private static final int MAX_BYTES = 896 << 10;

    private final KafkaSettings kafka;
    private final List<Loop> loops;
    private final FrameProducer frames;
    private final KafkaProducer<byte[], byte[]> others;
    private final SingleObject<TokenFrame> tokenFormat = SingleObject.tokenFrames();
    private final Map<String, Sent> cameras = new ConcurrentHashMap<>();
    private final Set<String> stopped = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final long epoch = System.currentTimeMillis();

    private record Loop(byte[][] jpegs, List<TokenFrame> tokens) {}

    private static final class Sent {
        private final Loop loop;
        private final String group;
        private long sequence;
        private long statusMillis;
        private final long[] capturedMicros = new long[FRAMES];

        Sent(Loop loop, String group) {
            this.loop = loop;
            this.group = group;
        }
    }

    /**
     * @param seeds different loops, dealt in turn
     */
    public LoopedCameras(KafkaSettings kafka, int seeds) throws IOException {
        this.kafka = kafka;
        loops = loops(seeds);
        new Topics(kafka, MAX_BYTES).ensure();
        Topics.ofCameras(kafka, MAX_BYTES).ensure();
        TopicNeeds any = new TopicNeeds(1 << 16, TopicNeeds.Retention.ANY, "nothing");
        new Topics(kafka, Map.of(kafka.actionsTopic(), any)).ensure();
        frames = new FrameProducer(kafka, Topics.frameRecordBytes(MAX_BYTES));
        others = new KafkaProducer<>(kafka.client(), new ByteArraySerializer(), new ByteArraySerializer());
        thread.scheduleAtFixedRate(this::send, FRAME_MILLIS, FRAME_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static List<Loop> loops(int seeds) throws IOException {
        Configuration options = new Configuration();
        options.setString("inference.device", "cpu");
        TokenizeSettings settings = TokenizeSettings.of(options);
        PictureEncoder encoder = new PictureEncoder();
        List<Loop> loops = new ArrayList<>();
        try (VideoTokenizer tokenizer = new OnnxTokenizerLoader(settings).open()) {
            for (int seed = 0; seed < seeds; seed++) {
                SimulatedCamera simulated = new SimulatedCamera(seed, WIDTH, HEIGHT);
                Picture[] pictures = new Picture[FRAMES];
                byte[][] jpegs = new byte[FRAMES][];
                for (int i = 0; i < FRAMES; i++) {
                    pictures[i] = simulated.picture(6 * i);
                    jpegs[i] = encoder.jpeg(pictures[i], 0.8);
                }
                List<TokenFrame> tokens = new ArrayList<>();
                new OfflineTokenizer(tokenizer, settings).tokenize(source(pictures), "loop", tokens::add);
                loops.add(new Loop(jpegs, tokens));
            }
        }
        return loops;
    }

    private static PictureSource source(Picture[] pictures) {
        int[] at = {0};
        return new PictureSource() {
            @Override
            public Optional<TimedPicture> next() {
                int frame = at[0]++;
                return frame == pictures.length
                        ? Optional.empty()
                        : Optional.of(new TimedPicture(pictures[frame], frame * 1000 * FRAME_MILLIS));
            }

            @Override
            public void close() {}
        };
    }

    /** Begins another camera. */
    public void add(String camera, String group) {
        cameras.put(camera, new Sent(loops.get(cameras.size() % loops.size()), group));
    }

    /** As a sender that dies does: neither frames nor statuses come any more. */
    public void stop(String camera) {
        stopped.add(camera);
    }

    /** It comes back. */
    public void resume(String camera) {
        stopped.remove(camera);
    }

    private void send() {
        try {
            cameras.forEach((camera, sent) -> {
                if (!stopped.contains(camera)) {
                    send(camera, sent);
                }
            });
        } catch (RuntimeException e) {
            if (!thread.isShutdown()) {
                throw e;
            }
        }
    }

    private void send(String camera, Sent sent) {
        int at = (int) (sent.sequence % FRAMES);
        long nowMillis = System.currentTimeMillis();
        sent.capturedMicros[at] = 1000 * nowMillis;
        byte[] jpeg = sent.loop.jpegs()[at];
        frames.offer(
                new FrameProducer.Place(camera, epoch, sent.sequence, 1000 * nowMillis),
                FrameEncoding.JPEG,
                WIDTH,
                HEIGHT,
                jpeg,
                failure -> {});
        if (at % CHUNK == 0) {
            tokens(camera, sent, at);
        }
        sent.sequence++;
        if (nowMillis - sent.statusMillis >= STATUS_MILLIS) {
            sent.statusMillis = nowMillis;
            frames.tell(camera, Optional.of(status(camera, sent, CameraHealth.Rating.EXCELLENT.word(), "")));
        }
    }

    private void tokens(String camera, Sent sent, int at) {
        long clip = sent.sequence - at;
        TokenFrame frame = TokenFrame.newBuilder(sent.loop.tokens().get(at / CHUNK))
                .setCamera(camera)
                .setEpoch(epoch)
                .setClip(clip)
                .setFirstSequence(clip + Math.max(0, at - CHUNK + 1))
                .setLastSequence(sent.sequence)
                .setFirstCapturedAtMicros(sent.capturedMicros[Math.max(0, at - CHUNK + 1)])
                .setLastCapturedAtMicros(sent.capturedMicros[at])
                .setSourceWidth(WIDTH)
                .setSourceHeight(HEIGHT)
                .setKeyframeReason(at > 0 ? null : clip == 0 ? KeyframeReason.FIRST_FRAME : KeyframeReason.INTERVAL)
                .build();
        produce(kafka.tokensTopic(), camera, tokenFormat.encode(frame));
    }

    private CameraStatus status(String camera, Sent sent, String rating, String reason) {
        return CameraStatus.newBuilder()
                .setCamera(camera)
                .setAtMicros(1000 * System.currentTimeMillis())
                .setSender("test:1")
                .setGroup(sent.group)
                .setRating(rating)
                .setReason(reason)
                .setEpoch(epoch)
                .setSourceWidth(WIDTH)
                .setSourceHeight(HEIGHT)
                .setFramesPerSecond(5)
                .build();
    }

    /** Its sender says how it is. */
    public void tell(String camera, String rating, String reason) {
        frames.tell(camera, Optional.of(status(camera, cameras.get(camera), rating, reason)));
    }

    /** What a recognizing job would say. */
    public void action(String camera, String label, ActionState state, long startMillis, long endMillis) {
        ActionEvent event = TestActions.of(camera, epoch, label, state, 1000 * startMillis, 1000 * endMillis, 0.9f);
        produce(kafka.actionsTopic(), camera, SingleObject.actionEvents().encode(event));
    }

    /** What a job would say of a record that failed. */
    public void deadLetter(String camera, String code, String reason) {
        FailedFrame letter = FailedFrame.newBuilder()
                .setCamera(camera)
                .setStage(FailureStage.PICTURE)
                .setCode(code)
                .setReason(reason)
                .setTopic(kafka.framesTopic())
                .setPartition(0)
                .setOffset(7)
                .setTimestampMillis(System.currentTimeMillis())
                .setValueLength(0)
                .setHeaders(List.of())
                .build();
        produce(kafka.deadLettersTopic(), camera, SingleObject.failedFrames().encode(letter));
    }

    private void produce(String topic, String camera, byte[] value) {
        others.send(new ProducerRecord<>(topic, camera.getBytes(StandardCharsets.UTF_8), value));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        frames.close();
        others.close();
    }
}

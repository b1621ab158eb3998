package io.nolook.job.archive;

import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicNeeds;
import io.nolook.kafka.Topics;
import io.nolook.schema.FrameFit;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenPacking;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Token frames of cameras that nobody filmed, and what sends them. */
public final class TestTokens {
    public static final long START_MICROS = 1_700_000_000_000_000L;
    public static final int INTERVAL = 9;

    private TestTokens() {}

    public static String name(int camera) {
        return "camera-" + camera;
    }

    /** Token frames of a camera: a keyframe every {@value #INTERVAL}, a gap before some, 0.16 s apart. */
    public static List<TokenFrame> camera(int camera, int count) {
        SplittableRandom random = new SplittableRandom(camera);
        List<TokenFrame> frames = new ArrayList<>();
        long next = 0;
        long clip = 0;
        for (int i = 0; i < count; i++) {
            int position = i % INTERVAL;
            boolean gap = position == 0 && i > 0 && random.nextInt(3) == 0;
            long first = next + (gap ? 5 : 0);
            clip = position == 0 ? first : clip;
            KeyframeReason reason = i == 0
                    ? KeyframeReason.FIRST_FRAME
                    : position > 0 ? null : gap ? KeyframeReason.GAP : KeyframeReason.INTERVAL;
            long last = position == 0 ? first : first + 3;
            frames.add(TokenFrame.newBuilder()
                    .setCamera(name(camera))
                    .setEpoch(7)
                    .setTokenizerId("codes-1")
                    .setEncoderHash("ab".repeat(32))
                    .setRuntimeId("ort/cpu")
                    .setClip(clip)
                    .setPosition(position)
                    .setFirstSequence(first)
                    .setLastSequence(last)
                    .setFrames((int) (last - first + 1))
                    .setFirstCapturedAtMicros(START_MICROS + first * 40_000)
                    .setLastCapturedAtMicros(START_MICROS + last * 40_000)
                    .setTimeCorrected(false)
                    .setSourceWidth(640)
                    .setSourceHeight(480)
                    .setFit(FrameFit.CROP)
                    .setHeight(4)
                    .setWidth(4)
                    .setBits(18)
                    .setTokens(ByteBuffer.wrap(
                            TokenPacking.pack(random.ints(16, 0, 1 << 18).toArray(), 18)))
                    .setKeyframeReason(reason)
                    .setSkippedFrom(gap ? next : null)
                    .setSkippedTo(gap ? first - 1 : null)
                    .build());
            next = last + 1;
        }
        return frames;
    }

    /** Sends token frames {@code from} to {@code to} of every camera, by turns. */
    public static void send(KafkaSettings kafka, List<List<TokenFrame>> cameras, int from, int to) {
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
            for (int i = from; i < to; i++) {
                for (List<TokenFrame> frames : cameras) {
                    TokenFrame frame = frames.get(i);
                    byte[] key = frame.getCamera().getBytes(StandardCharsets.UTF_8);
                    sent.add(producer.send(new ProducerRecord<>(kafka.tokensTopic(), key, format.encode(frame))));
                }
            }
            producer.flush();
            for (Future<RecordMetadata> record : sent) {
                record.get(); // nothing may be missing before anything is tested
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("a token frame was not sent", e);
        }
    }

    /** Creates a topic that keeps everything, and waits until it answers. */
    public static void createTopic(KafkaSettings kafka, String topic) {
        new Topics(kafka, Map.of(topic, new TopicNeeds(0, TopicNeeds.Retention.UNLIMITED, ""))).ensure();
    }

    public static KafkaProducer<byte[], byte[]> producer(KafkaSettings kafka) {
        return new KafkaProducer<>(kafka.client(), new ByteArraySerializer(), new ByteArraySerializer());
    }
}

package io.nolook.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.archive.PayloadCodec;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentEnd;
import io.nolook.job.archive.TestTokens;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.EmbeddedBroker;
import io.nolook.record.ArchiveSegments;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Any stretch of hours is found by time, whole from its keyframe on, however far back that lies. */
class ArchiveReaderITCase {
    private static final int COUNT = 450;
    /** Between token frames: clips of nine take six minutes, and segments of three two. */
    private static final long STEP_MICROS = 40_000_000;

    @Test
    void stretchesAreFoundByTimeFromTheirKeyframeOn() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            options.set(KafkaOptions.TOPIC_REPLICATION, 1);
            options.set(KafkaOptions.TOPIC_PARTITIONS, 2);
            KafkaSettings kafka = new KafkaSettings(options);
            List<List<TokenFrame>> cameras = List.of(slow(0), slow(1), slow(2));
            send(kafka, cameras);
            SplittableRandom random = new SplittableRandom(3);
            ArchiveReader reader = new ArchiveReader(kafka);
            for (int attempt = 0; attempt < 25; attempt++) {
                List<TokenFrame> frames = cameras.get(random.nextInt(3));
                long from = TestTokens.START_MICROS + random.nextLong(COUNT * STEP_MICROS);
                long to = from + random.nextLong(20 * STEP_MICROS);
                List<String> damaged = new ArrayList<>();

                List<TokenFrame> found = new ArrayList<>();
                Replay.run(
                        reader.find(frames.get(0).getCamera(), from, to, damaged::add), to, damaged::add, found::add);

                assertThat(damaged).isEmpty();
                assertThat(found).isEqualTo(expected(frames, from, to));
            }
            recordingsOfLongAgo(kafka);
            assertThat(reader.find("camera-1", TestTokens.START_MICROS, Long.MAX_VALUE, why -> {}).stream()
                            .mapToInt(segment -> segment.extent().tokenFrames())
                            .sum())
                    .as("what is behind a recording of 1970")
                    .isEqualTo(COUNT);
            assertThat(reader.find("nobody", TestTokens.START_MICROS, Long.MAX_VALUE, why -> {}))
                    .isEmpty();
            assertThat(reader.find("camera-0", 0, TestTokens.START_MICROS - 1, why -> {}))
                    .isEmpty();
        }
    }

    /** Of a camera that is mistyped, and of one that nothing precedes: the archive is read once before that is said. */
    @Test
    void noRecordIsReadTwice() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            options.set(KafkaOptions.TOPIC_REPLICATION, 1);
            options.set(KafkaOptions.TOPIC_PARTITIONS, 1);
            KafkaSettings kafka = new KafkaSettings(options);
            send(kafka, List.of(slow(0), slow(1), slow(2)));
            options.setString("kafka.interceptor.classes", Counter.class.getName());
            options.setString("kafka.max.poll.records", "10");
            ArchiveReader reader = new ArchiveReader(new KafkaSettings(options));
            long hours = TestTokens.START_MICROS + 3 * 3_600_000_000L;
            // of three cameras, in segments of three; and what a poll takes too much, a few times
            long records = 3 * COUNT / 3 + 100;

            for (Map.Entry<String, Long> asked : Map.of(
                            "mistyped", hours, "nobody", 0L, "camera-1", TestTokens.START_MICROS - 40 * STEP_MICROS)
                    .entrySet()) {
                Counter.READ.set(0);
                assertThat(reader.find(asked.getKey(), asked.getValue(), asked.getValue() + STEP_MICROS, why -> {}))
                        .isEmpty();
                assertThat(Counter.READ.get()).as(asked.getKey()).isLessThanOrEqualTo(records);
            }
            Counter.READ.set(0);
            assertThat(reader.find("camera-1", hours, hours, why -> {})).isNotEmpty();
            assertThat(Counter.READ.get()).as("of a stretch in the middle").isLessThanOrEqualTo(records);
        }
    }

    /** Counts what consumers are given. */
    public static final class Counter implements ConsumerInterceptor<byte[], byte[]> {
        static final AtomicLong READ = new AtomicLong();

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            READ.addAndGet(records.count());
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> configuration) {}
    }

    /** A recording under a live camera's name, as a backfill writes it: its times begin with 1970. */
    private static void recordingsOfLongAgo(KafkaSettings kafka) throws Exception {
        List<TokenFrame> frames = TestTokens.camera(1, COUNT);
        for (int i = 0; i < frames.size(); i++) {
            frames.get(i).setEpoch(0L);
            frames.get(i).setFirstCapturedAtMicros(1 + i * 40_000L);
            frames.get(i).setLastCapturedAtMicros(2 + i * 40_000L);
        }
        write(kafka, List.of(frames));
    }

    private static List<TokenFrame> expected(List<TokenFrame> frames, long from, long to) {
        int first = 0;
        for (int i = 0; i < frames.size(); i++) {
            if (frames.get(i).getPosition() == 0 && frames.get(i).getFirstCapturedAtMicros() <= from) {
                first = i;
            }
        }
        return frames.subList(first, frames.size()).stream()
                .filter(frame -> frame.getFirstCapturedAtMicros() <= to)
                .toList();
    }

    private static List<TokenFrame> slow(int camera) {
        List<TokenFrame> frames = TestTokens.camera(camera, COUNT);
        for (int i = 0; i < frames.size(); i++) {
            frames.get(i).setFirstCapturedAtMicros(TestTokens.START_MICROS + i * STEP_MICROS);
            frames.get(i).setLastCapturedAtMicros(TestTokens.START_MICROS + i * STEP_MICROS + STEP_MICROS / 2);
        }
        return frames;
    }

    /** Segments of three token frames, under the times that they begin at. */
    private static void send(KafkaSettings kafka, List<List<TokenFrame>> cameras) throws Exception {
        TestTokens.createTopic(kafka, kafka.archiveTopic());
        write(kafka, cameras);
    }

    private static void write(KafkaSettings kafka, List<List<TokenFrame>> cameras) throws Exception {
        SingleObject<ArchiveSegment> format = SingleObject.archiveSegments();
        try (KafkaProducer<byte[], byte[]> producer = TestTokens.producer(kafka)) {
            for (int from = 0; from < COUNT; from += 3) {
                for (List<TokenFrame> frames : cameras) {
                    ArchiveSegment segment = ArchiveSegments.record(SegmentCoder.encode(
                            ArchiveSegments.segment(frames.subList(from, from + 3), SegmentEnd.FULL),
                            PayloadCodec.CONTEXT));
                    byte[] key = segment.getCamera().getBytes(StandardCharsets.UTF_8);
                    long time = segment.getFirstCapturedAtMicros() / 1000;
                    producer.send(new ProducerRecord<>(kafka.archiveTopic(), null, time, key, format.encode(segment)));
                }
            }
        }
    }
}

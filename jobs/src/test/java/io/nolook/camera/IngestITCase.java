package io.nolook.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.Ingest.Pace;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicRecords;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.schema.Frame;
import io.nolook.schema.FrameEncoding;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;

/** What a source's pauses and ends become in the stream. */
class IngestITCase {

    /** A recording of two takes, then the same source again: neither is waited for, and each begins behind a gap. */
    @Test
    void pausesAndReconnectsAreGaps() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            options.set(KafkaOptions.TOPIC_REPLICATION, 1);
            KafkaSettings kafka = new KafkaSettings(options);
            new Topics(kafka, 1 << 20).ensure();
            long[] sent = {0};
            try (FrameProducer producer = new FrameProducer(kafka, 1 << 20)) {
                Ingest ingest = new Ingest(producer, "gate", 3, FrameEncoding.RGB24);
                for (int again = 0; again < 2; again++) {
                    ingest.run(
                            source(0, 40_000, 86_400_000_000L, 86_400_040_000L),
                            Pace.REAL_TIME,
                            () -> true,
                            frames -> sent[0] = frames);
                }
                producer.flush();
            }
            List<Frame> frames = TopicRecords.read(
                    kafka, kafka.framesTopic(), IsolationLevel.READ_UNCOMMITTED, SingleObject.frames());
            assertThat(frames).extracting(Frame::getSequence).containsExactly(0L, 1L, 3L, 4L, 6L, 7L, 9L, 10L);
            assertThat(sent[0]).isEqualTo(8);
            long nowMicros = System.currentTimeMillis() * 1000;
            assertThat(frames)
                    .extracting(Frame::getCapturedAtMicros)
                    .isSorted()
                    .allSatisfy(time -> assertThat(nowMicros - time).isBetween(0L, 60_000_000L));
        }
    }

    private static PictureSource source(long... times) {
        Picture picture = new Picture(8, 8, new byte[192]);
        Iterator<TimedPicture> pictures = LongStream.of(times)
                .mapToObj(time -> new TimedPicture(picture, time))
                .iterator();
        return new PictureSource() {
            @Override
            public Optional<TimedPicture> next() throws IOException {
                return pictures.hasNext() ? Optional.of(pictures.next()) : Optional.empty();
            }

            @Override
            public void close() {}
        };
    }
}

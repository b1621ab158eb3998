package io.nolook.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.CameraHealth.Drop;
import io.nolook.camera.CameraHealth.Rating;
import io.nolook.frame.CameraPicture;
import io.nolook.frame.CameraSource;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One camera against a real broker: drops, stalls, endings, refusals, pictures that are too large. */
class CameraFeedITCase {
    private static EmbeddedBroker broker;

    private KafkaSettings kafka;
    private FrameProducer producer;
    private final FrameSender sender = new FrameSender();

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start(Map.of());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @AfterEach
    void stopSender() {
        sender.close();
        producer.close();
    }

    @BeforeEach
    void ownTopic() {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.FRAMES_TOPIC, "frames-" + UUID.randomUUID());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        kafka = new KafkaSettings(options);
        new Topics(kafka, 1 << 20).ensure();
        producer = new FrameProducer(kafka, Topics.frameRecordBytes(1 << 20));
    }

    /** Two hundred connections that drop after two pictures, some of which are refused before: it never ends. */
    @Test
    void twoHundredDropsEndNothingAndEachIsAGap() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CameraFeed feed = feed(spec(), () -> {
            int now = tries.incrementAndGet();
            if (now % 7 == 0) {
                throw new IOException("connection refused");
            }
            return new Source(now < 200 ? 2 : Integer.MAX_VALUE, true);
        });
        feed.start();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> frames().size() >= 350);
        assertThat(feed.report().rating()).isEqualTo(Rating.UNUSABLE);
        stop(feed);

        List<Frame> frames = frames();
        assertThat(frames).extracting(Frame::getEpoch).containsOnly(9L);
        for (int i = 0; i < 340; i++) {
            assertThat(frames.get(i).getSequence()).isEqualTo(i + i / 2);
        }
    }

    @Test
    void aSourceThatHasAnEndIsSentOnce() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CameraFeed feed = feed(spec(), () -> {
            tries.incrementAndGet();
            return new Source(5, false);
        });
        feed.start();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(feed::isFinished);
        stop(feed);
        assertThat(tries).hasValue(1);
        assertThat(frames()).hasSize(5);
    }

    /** Numbers are those of what is sent; what the source left out is counted. */
    @Test
    void whatTheSourceLeftOutIsCountedAndABrokenConnectionForgetsNone() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CameraFeed feed = feed(spec(), () -> new Source(5, tries.incrementAndGet() < 3) {
            @Override
            public long leftOut() {
                return 4;
            }
        });
        feed.start();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(feed::isFinished);
        stop(feed);
        assertThat(feed.report().drops()).containsExactly(Map.entry(Drop.SAMPLED, 12L));
        assertThat(frames())
                .extracting(Frame::getSequence)
                .startsWith(0L, 1L, 2L, 3L, 4L, 6L)
                .hasSize(15);
    }

    /** As a camera gives it: no second coding. */
    @Test
    void aJpegTravelsAsItIs() throws Exception {
        CameraFeed feed = feed(spec(), () -> new Source(3, false) {
            @Override
            public Optional<CameraPicture> next() throws IOException {
                return super.next()
                        .map(picture -> new CameraPicture(
                                picture.atMicros(), 64, 32, 64, 32, io.nolook.frame.FrameEncoding.JPEG, new byte[] {7
                                }));
            }
        });
        feed.start();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(feed::isFinished);
        stop(feed);
        assertThat(frames()).extracting(frame -> frame.getPayload().get(0)).containsExactly((byte) 7, (byte) 7, (byte)
                7);
    }

    @Test
    void aPictureThatIsTooLargeIsCountedAndTheCameraGoesOn() throws Exception {
        CameraFeed feed = new CameraFeed(spec(), 9, () -> new Source(3, false), producer, sender, 100, new BackOff(10));
        feed.start();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(feed::isFinished);
        stop(feed);
        assertThat(feed.report().drops()).containsExactly(Map.entry(Drop.TOO_LARGE, 3L));
        assertThat(feed.report().reason()).contains("64 x 32 pixels", "expected at most 100", "raise frame.max-bytes");
        assertThat(frames()).isEmpty();
    }

    /** The camera is read on while nothing can be sent: the oldest pictures go, and are counted. */
    @Test
    void whereTheBrokerIsAwayTheOldestGoAndItGoesOn() throws Exception {
        KafkaSettings nowhere = new KafkaSettings(new Configuration(kafka.configuration()));
        nowhere.configuration().set(KafkaOptions.FRAMES_TOPIC, "nobody-made-this");
        nowhere.configuration().setString("kafka.max.block.ms", "300");
        try (FrameProducer stuck = new FrameProducer(new KafkaSettings(nowhere.configuration()), 1 << 20)) {
            CameraSpec small = new CameraSpec(
                    "gate", "", new Address("x"), FrameEncoding.RGB24, 0, 0, Duration.ofSeconds(5), 1 << 16);
            CameraFeed feed = new CameraFeed(
                    small, 9, () -> new Source(Integer.MAX_VALUE, true), stuck, sender, 1 << 20, new BackOff(10));
            feed.start();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> feed.report().drops().getOrDefault(Drop.BROKER, 0L) > 20);
            assertThat(feed.waitingBytes()).isLessThanOrEqualTo(1 << 16);
            assertThat(feed.report().rating()).isNotEqualTo(Rating.OFFLINE);
            stop(feed);
        }
    }

    private CameraFeed feed(CameraSpec spec, CameraFeed.Opening opening) {
        return new CameraFeed(spec, 9, opening, producer, sender, 1 << 20, new BackOff(10));
    }

    private static CameraSpec spec() {
        return new CameraSpec("gate", "", new Address("x"), FrameEncoding.JPEG, 0, 0, Duration.ofSeconds(5), 1 << 20);
    }

    private static void stop(CameraFeed feed) throws InterruptedException {
        feed.stop();
        feed.join(5_000);
    }

    private List<Frame> frames() {
        producer.flush();
        return TopicRecords.read(kafka, kafka.framesTopic(), IsolationLevel.READ_UNCOMMITTED, SingleObject.frames());
    }

    /** So many pictures, 20 ms apart, then the end. */
    private static class Source implements CameraSource {
        private final int pictures;
        private final boolean live;
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private int given;

        Source(int pictures, boolean live) {
            this.pictures = pictures;
            this.live = live;
        }

        @Override
        public Optional<CameraPicture> next() throws IOException {
            try {
                boolean waits = pictures > 2 && cancelled.await(20, TimeUnit.MILLISECONDS);
                if (waits || given++ == pictures) {
                    return Optional.empty();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            long at = live ? System.currentTimeMillis() * 1000 : 20_000L * given;
            return Optional.of(new CameraPicture(
                    at, 640, 320, 64, 32, io.nolook.frame.FrameEncoding.RGB24, new byte[64 * 32 * 3]));
        }

        @Override
        public boolean isLive() {
            return live;
        }

        @Override
        public long leftOut() {
            return 0;
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }

        @Override
        public void close() {}
    }
}

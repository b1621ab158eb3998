package io.nolook.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.PictureEncoder;
import io.nolook.job.tokenize.TokenizeJob;
import io.nolook.kafka.FrameProducer;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.BrokerFolder;
import io.nolook.local.EmbeddedBroker;
import io.nolook.local.LocalJob;
import io.nolook.local.MetricsPage;
import io.nolook.schema.FrameEncoding;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames in = what became of them, as metrics tell it, also after a restart with another parallelism. */
class AccountITCase {
    private static final String TASK = "flink_taskmanager_job_task_operator_";
    private static final byte[] JPEG = new PictureEncoder().jpeg(new SimulatedCamera(5, 128, 128).picture(0), 0.8);

    @Test
    void sumsSurviveARestart(@TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            options.set(KafkaOptions.TOPIC_REPLICATION, 1);
            options.setString("inference.device", "cpu");
            String page = "127.0.0.1:" + BrokerFolder.freePort();
            Path savepoint;
            try (LocalJob<TokenizeJob> job = start(broker, options, page)) {
                send(options, 0, 20);
                await(page, 23);
                savepoint = job.suspend(folder);
            }
            options.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
            options.set(CoreOptions.DEFAULT_PARALLELISM, 2);
            String second = "127.0.0.1:" + BrokerFolder.freePort();
            try (LocalJob<TokenizeJob> job = start(broker, options, second)) {
                send(options, 20, 10);
                await(second, 36);
                Scrape scrape = scrape(second);
                assertThat(scrape.sum(TASK + "framesReceived"))
                        .as("a counter begins at 0")
                        .isEqualTo(13);
                assertThat(scrape.sum(TASK + "framesDeadLetteredInAll")).isEqualTo(2);
                assertThat(scrape.sum(TASK + "framesDuplicateInAll")).isEqualTo(4);
                assertThat(scrape.sum(TASK + "framesAcceptedInAll")).isEqualTo(30);
                // a keyframe, seven chunks of four, and one frame that waits
                assertThat(scrape.sum(TASK + "framesTokenizedInAll")).isEqualTo(29);
                assertThat(job.job().name()).isEqualTo("nolook-tokenize");
            }
        }
    }

    private static LocalJob<TokenizeJob> start(EmbeddedBroker broker, Configuration options, String page)
            throws Exception {
        String[] address = page.split(":");
        return LocalJob.start(
                broker.bootstrapServers(),
                MetricsPage.on(options, new InetSocketAddress(address[0], Integer.parseInt(address[1]))),
                TokenizeJob::new);
    }

    /** So many frames of one camera, the last of which comes three times, and one that is none. */
    private static void send(Configuration options, long first, int frames) {
        try (FrameProducer producer = new FrameProducer(new KafkaSettings(options), 1 << 20)) {
            for (long n = first; n < first + frames; n++) {
                send(producer, n, JPEG);
            }
            send(producer, first + frames - 1, JPEG);
            send(producer, first + frames - 1, JPEG);
            send(producer, first + frames, new byte[9]);
        }
    }

    private static void send(FrameProducer producer, long sequence, byte[] picture) {
        producer.send(
                new FrameProducer.Place("gate", 1, sequence, 1_700_000_000_000_000L + sequence * 40_000),
                FrameEncoding.JPEG,
                128,
                128,
                picture);
    }

    /** All that was sent has come, and become something. */
    private static void await(String page, int received) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).ignoreExceptions().untilAsserted(() -> {
            Scrape scrape = scrape(page);
            assertThat(scrape.sum(TASK + "framesReceivedInAll")).isEqualTo(received);
            assertThat(scrape.sum(TASK + "framesDeadLetteredInAll")
                            + scrape.sum(TASK + "framesDuplicateInAll")
                            + scrape.sum(TASK + "framesAcceptedInAll"))
                    .isEqualTo(received);
            assertThat(scrape.sum(TASK + "framesAcceptedInAll") - scrape.sum(TASK + "framesTokenizedInAll"))
                    .as("pending")
                    .isLessThan(4);
        });
    }

    private static Scrape scrape(String page) throws Exception {
        return Scrape.parse(WatchedRun.get("http://" + page + "/metrics"));
    }
}

package io.nolook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nolook.camera.RtspServer;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.local.EmbeddedBroker;
import io.nolook.schema.Frame;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A live RTSP camera, from GStreamer's server, that goes away and comes back. */
class RtspITCase {
    @Test
    void goesOnInTheSameEpochWhenTheCameraComesBack(@TempDir Path state) throws Exception {
        assumeTrue(
                RtspServer.isHere(),
                "found no GStreamer RTSP server for Python (gir1.2-gst-rtsp-server-1.0): not tested");
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of());
                RtspServer camera = new RtspServer()) {
            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            camera.start();
            StringWriter said = new StringWriter();
            CompletableFuture<Integer> ingest =
                    CompletableFuture.supplyAsync(() -> ingest(broker, camera.address(), state, said));
            awaitFrames(options, 5);
            camera.kill();
            int before = frames(options).size();
            camera.start();
            awaitFrames(options, before + 5);
            assertThat(ingest.get(60, TimeUnit.SECONDS)).isZero();
            List<Frame> frames = frames(options);
            assertThat(said.toString()).contains("connecting again");
            assertThat(frames.stream().map(Frame::getEpoch).distinct()).hasSize(1);
            int missing = 0;
            for (int i = 0; i < frames.size(); i++) {
                Frame frame = frames.get(i);
                missing += frame.getSequence() == i + missing + 1 ? 1 : 0;
                assertThat(frame.getSequence()).isEqualTo(i + missing);
                assertThat(frame.getWidth()).isEqualTo(160);
                assertThat(frame.getHeight()).isEqualTo(128);
                long age = System.currentTimeMillis() - frame.getCapturedAtMicros() / 1000;
                assertThat(age).as("captured by this machine's clock").isBetween(0L, 120_000L);
            }
            assertThat(missing).as("the outage is a gap: no chunk spans it").isEqualTo(1);
        }
    }

    private static int ingest(EmbeddedBroker broker, String url, Path state, StringWriter said) {
        CommandLine nolook = Main.commandLine();
        nolook.setErr(new PrintWriter(said, true));
        nolook.setOut(new PrintWriter(said, true));
        return nolook.execute(
                "ingest",
                url,
                "--camera",
                "door",
                "--seconds",
                "25",
                "--state",
                state.toString(),
                "-D",
                "kafka.bootstrap.servers=" + broker.bootstrapServers(),
                "-D",
                "topics.replication=1");
    }

    private static void awaitFrames(Configuration options, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> frames(options).size() >= count);
    }

    private static List<Frame> frames(Configuration options) {
        KafkaSettings kafka = new KafkaSettings(options);
        SingleObject<Frame> format = SingleObject.frames();
        List<Frame> frames = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka, kafka.framesTopic(), IsolationLevel.READ_UNCOMMITTED)) {
            reader.readToEnd(record -> {
                try {
                    frames.add(format.decode(record.value()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return frames;
    }
}

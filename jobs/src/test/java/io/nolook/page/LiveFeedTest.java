package io.nolook.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.page.live.CameraView;
import io.nolook.page.live.LiveCameras;
import io.nolook.page.live.LiveLimits;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.ActionState;
import io.nolook.schema.CameraStatus;
import io.nolook.schema.SingleObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What records say becomes what is told, and nothing that JSON cannot say. */
class LiveFeedTest {
    private final LiveCameras cameras = new LiveCameras(new LiveLimits(10, 1 << 20, 10, 10));
    private final KafkaSettings kafka = new KafkaSettings(options());
    private final LiveFeed feed = new LiveFeed(kafka, cameras, Duration.ofHours(1), action -> {});

    private static Configuration options() {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, "127.0.0.1:1");
        return options;
    }

    @AfterEach
    void close() {
        feed.close();
    }

    private void take(String topic, byte[] value) {
        byte[] key = "gate".getBytes(StandardCharsets.UTF_8);
        feed.other(new ReceivedRecord(topic, 0, 0, System.currentTimeMillis(), key, value, List.of()));
    }

    private static byte[] status(double wanted) {
        return SingleObject.cameraStatus()
                .encode(CameraStatus.newBuilder()
                        .setCamera("gate")
                        .setAtMicros(1000 * System.currentTimeMillis())
                        .setSender("test:1")
                        .setGroup("")
                        .setRating("excellent")
                        .setReason("")
                        .setEpoch(1)
                        .setSourceWidth(64)
                        .setSourceHeight(64)
                        .setFramesPerSecond(5)
                        .setWantedFramesPerSecond(wanted)
                        .build());
    }

    private String told() {
        List<CameraView> views = cameras.views("", System.currentTimeMillis());
        return PageJson.text(views);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1})
    void aStatusOfNoNumberIsLeftOutAndCounted(double wanted) {
        take(kafka.cameraStatusTopic(), status(5));
        take(kafka.cameraStatusTopic(), status(wanted));

        assertThat(told()).contains("\"wantedFramesPerSecond\":5.0").doesNotContain("NaN", "Infinity", "-1.0");
        assertThat(feed.unreadable()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void anActionOfNoConfidenceIsLeftOutAndCounted(float confidence) {
        take(kafka.cameraStatusTopic(), status(0));
        take(
                kafka.actionsTopic(),
                SingleObject.actionEvents()
                        .encode(TestActions.of("gate", 1, "wave", ActionState.BEGUN, 1, 2, confidence)));

        assertThat(told()).contains("gate").doesNotContain("wave", "NaN", "Infinity");
        assertThat(feed.unreadable()).isEqualTo(1);
    }

    @Test
    void anHonestRecordIsTold() {
        take(kafka.cameraStatusTopic(), status(0));
        take(
                kafka.actionsTopic(),
                SingleObject.actionEvents().encode(TestActions.of("gate", 1, "wave", ActionState.BEGUN, 1, 2, 1)));

        assertThat(told()).contains("\"wave\"", "\"confidence\":1.0");
        assertThat(feed.unreadable()).isZero();
    }
}

package io.nolook.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.camera.CameraHealth.Drop;
import io.nolook.camera.CameraHealth.Rating;
import io.nolook.camera.FrameQueue.Coded;
import io.nolook.kafka.FrameProducer;
import io.nolook.schema.FrameEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pure parts of a fleet: waits, queues, ratings, its file. */
class FleetPartsTest {

    @Test
    void waitsDoubleUpToAMinuteAndBeginAnew() {
        BackOff backOff = new BackOff(1000);
        for (long expected : new long[] {1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000}) {
            assertThat(backOff.nextMillis(1)).isEqualTo(expected);
        }
        backOff.reset();
        assertThat(backOff.nextMillis(0)).as("half of it is jitter").isEqualTo(500);
    }

    @Test
    void theOldestGoWhenTooManyWait() {
        FrameQueue queue = new FrameQueue(100);
        assertThat(queue.offer(coded(0, 40))).isZero();
        assertThat(queue.offer(coded(1, 40))).isZero();
        assertThat(queue.offer(coded(2, 40))).isEqualTo(1);
        assertThat(queue.bytes()).isEqualTo(80);
        assertThat(queue.offer(coded(3, 500))).as("one alone may be larger").isEqualTo(2);
        assertThat(queue.poll().orElseThrow().place().sequence()).isEqualTo(3);
        assertThat(queue.poll()).isEmpty();
        assertThat(queue.bytes()).isZero();
    }

    private static Coded coded(long sequence, int bytes) {
        return new Coded(new FrameProducer.Place("gate", 1, sequence, 1), FrameEncoding.JPEG, 8, 8, new byte[bytes]);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, EXCELLENT", "1, 0, FAIR", "4, 0, FAIR", "5, 0, POOR", "10, 0, UNUSABLE", "10, 3700000, FAIR"})
    void reconnectsOfTheLastHourCount(int reconnects, long later, Rating rating) {
        CameraHealth health = new CameraHealth(0);
        for (int i = 0; i < reconnects; i++) {
            health.connected(i);
            health.failed("lost", i);
        }
        health.connected(later);
        if (later > 0) {
            health.failed("lost", later);
            health.connected(later);
        }
        assertThat(health.report(later).rating()).isEqualTo(rating);
    }

    @ParameterizedTest
    @CsvSource({"6000, EXCELLENT", "5600, FAIR", "4000, POOR", "2000, UNUSABLE"})
    void framesAgainstTheExpectedCount(int frames, Rating rating) {
        CameraHealth health = new CameraHealth(10);
        health.connected(0);
        for (int i = 0; i < frames; i++) {
            health.sent(100, 1, 10_000 + i * 600_000L / frames);
        }
        assertThat(health.report(610_000).rating()).isEqualTo(rating);
        assertThat(health.report(610_000).framesPerSecond()).isEqualTo(frames / 600.0);
        assertThat(health.report(610_000).bytes()).isEqualTo(100L * frames);
    }

    @Test
    void threeFullTensOfSecondsSayHowManyFramesThereAre() {
        CameraHealth health = new CameraHealth(10);
        health.connected(5_000);
        assertThat(health.report(39_999).rating()).isEqualTo(Rating.EXCELLENT);
        assertThat(health.report(40_000).rating()).isEqualTo(Rating.UNUSABLE);
    }

    @Test
    void whatIsNotConnectedIsOfflineAndSaysWhy() {
        CameraHealth health = new CameraHealth(0);
        assertThat(health.report(5).rating()).isEqualTo(Rating.OFFLINE);
        health.connected(5);
        health.picture(640, 360, 7);
        health.failed("refused", 9);
        health.failed("refused again", 10);
        assertThat(health.report(10).reason()).isEqualTo("refused again");
        health.dropped(Drop.BROKER, 3);
        assertThat(health.report(10).rating()).as("away for a moment").isEqualTo(Rating.UNUSABLE);
        CameraHealth.Report report = health.report(5_008);
        assertThat(report.rating()).isEqualTo(Rating.OFFLINE);
        assertThat(report.reason()).isEqualTo("the broker takes nothing: pictures wait, and the oldest go");
        assertThat(report.reconnects())
                .as("what never connected is no reconnect")
                .isEqualTo(1);
        assertThat(report.ageMillis()).isEqualTo(5_001);
        assertThat(report.drops()).containsExactly(Map.entry(Drop.BROKER, 3L));
    }

    @Test
    void defaultsHoldByGroupAndCamera(@TempDir Path folder) throws IOException {
        Map<String, CameraSpec> cameras = read(folder, """
                defaults: {rate: 10, stall: 30 s}
                cameras:
                  - {id: gate, address: "rtsp://${U}:${P}@gate/1", size: off}
                  - {id: shed, address: "rtsp://shed/1", enabled: false}
                groups:
                  yard:
                    defaults: {rate: 2, encoding: png}
                    cameras:
                      - {id: north, address: "http://north/mjpeg", queue: 1 mb}
                      - {id: south, address: "http://south/mjpeg", rate: 5}
                """);
        assertThat(cameras).containsOnlyKeys("gate", "north", "south");
        assertThat(cameras.get("gate"))
                .isEqualTo(new CameraSpec(
                        "gate",
                        "",
                        new Address("rtsp://${U}:${P}@gate/1"),
                        FrameEncoding.JPEG,
                        10,
                        0,
                        Duration.ofSeconds(30),
                        1 << 20));
        assertThat(cameras.get("north").framesPerSecond()).isEqualTo(2);
        assertThat(cameras.get("north").shortSide()).as("the model's").isEqualTo(128);
        assertThat(cameras.get("north").queueBytes()).isEqualTo(1 << 20);
        assertThat(cameras.get("south").group()).isEqualTo("yard");
        assertThat(cameras.get("south").framesPerSecond()).isEqualTo(5);
        assertThat(cameras.get("south").encoding()).isEqualTo(FrameEncoding.PNG);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cameras: [{id: a}] | cameras[0]: found no address, expected one",
                "cameras: [{address: b}] | cameras[0]: found no id, expected one",
                "cameras: [{id: a, address: b, fps: 3}] | cameras[0]: found fps, expected one of [address, enabled",
                "cameras: [{id: a, address: b}, {id: a, address: c}] | found the id a again, expected it once",
                "cameras: [{id: a, address: b, rate: -1}] | cameras[0] (a): rate: found -1.0, expected 0 to 1000",
                "cameras: [{id: a, address: b, size: 4}] | size: found 4, expected 8 to 8192, or off",
                "cameras: {id: a} | cameras: found OBJECT, expected a list",
                "defaults: {id: a} | defaults: found id, expected one of [encoding, queue, rate, size, stall]",
                "hello | found 1 documents or an empty one",
                "{} | found 1 documents or an empty one",
                "--- | found 1 documents or an empty one",
                "cameras: [{id: off, address: b}] | cameras[0]: found id as a BOOLEAN, expected a text; put it in quotes",
                "cameras: [{id: 007, address: b}] | cameras[0]: found id as a NUMBER, expected a text",
                "cameras: [{id: a, address: b, rate: 1, rate: 5}] | found a key again at line 1",
                "cameras: [{id: a, address: b, stall: 999999999999 d}] | (a): stall: found PT23999999999976H, expected 1 s to 24 h",
                "cameras: [{id: a, address: b, queue: 9999999 gb}] | (a): queue: found",
                "cameras: [{id: a, address: b, size: 99999999999}] | (a): size: found what cannot be read, expected",
                "cameras: [ | found no YAML at line"
            })
    void whatIsWrongIsNamedWithItsPlace(String yaml, String told, @TempDir Path folder) {
        assertThatThrownBy(() -> read(folder, yaml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cameras.yaml: ")
                .hasMessageContaining(told);
    }

    /** What is wrong near a password is told by its place. */
    @Test
    void noMessageQuotesTheFile(@TempDir Path folder) {
        for (String yaml : List.of(
                "cameras: [{id: a, address: \"http://u:p@ss/w:rd@h/1}]",
                "cameras: [{id: a, address: b, rate: \"p@ss/w:rd\"}]",
                "cameras: []\n---\ncameras: [{id: a, address: \"http://u:p@ss/w:rd@h/1\"}]")) {
            assertThatThrownBy(() -> read(folder, yaml))
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .doesNotContain("w:rd");
        }
    }

    @Test
    void aBrokerThatTakesNothingIsSeen() {
        CameraHealth health = new CameraHealth(0);
        health.connected(0);
        health.dropped(Drop.BROKER, 1);
        assertThat(health.report(1).rating()).isEqualTo(Rating.UNUSABLE);
        assertThat(health.report(1).reason()).contains("the broker takes nothing");
        health.sent(1, 1, 2);
        assertThat(health.report(2).rating()).isEqualTo(Rating.EXCELLENT);
    }

    @Test
    void idsThatTheJobRefusesAreRefused() {
        assertThatThrownBy(() -> new CameraSpec(
                        "x".repeat(256),
                        "",
                        new Address("a"),
                        FrameEncoding.JPEG,
                        0,
                        0,
                        Duration.ofSeconds(5),
                        1 << 20))
                .hasMessageContaining("of 256 characters, expected 1 to 255");
    }

    private static Map<String, CameraSpec> read(Path folder, String yaml) throws IOException {
        return new CamerasFile(128).read(Files.writeString(folder.resolve("cameras.yaml"), yaml));
    }
}

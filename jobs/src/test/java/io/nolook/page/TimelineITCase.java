package io.nolook.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nolook.archive.CodedSegment;
import io.nolook.frame.FrameSize;
import io.nolook.job.archive.ArchiveJob;
import io.nolook.job.recognize.SimulatedTokens;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicNeeds;
import io.nolook.kafka.TopicNeeds.Retention;
import io.nolook.kafka.Topics;
import io.nolook.local.EmbeddedBroker;
import io.nolook.offline.Decoders;
import io.nolook.offline.TokenFile;
import io.nolook.option.PageOptions;
import io.nolook.record.DeadLetters;
import io.nolook.replay.ArchiveReader;
import io.nolook.replay.Replay;
import io.nolook.replay.ReplayOutputs;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionState;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.file.DataFileReader;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** The page looks back: what the archive holds by time, pictures of any moment of it, and events. */
class TimelineITCase {
    private static final String HOSTILE = "<img src=x onerror=\"window.hacked=1\">";
    private static final long SECOND = 1_000_000;
    private static final int FRAMES = 60; // 12 s
    private static final long HOLE = 60 * SECOND;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static EmbeddedBroker broker;
    private static Configuration options;
    private static KafkaSettings kafka;
    private static PageServer page;
    private static long began; // microseconds

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() throws Exception {
        broker = EmbeddedBroker.start(Map.of());
        options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(KafkaOptions.TOPIC_PARTITIONS, 2);
        options.set(KafkaOptions.STOP, KafkaOptions.Stop.LATEST);
        options.set(PageOptions.LISTEN, "127.0.0.1:0");
        options.setString("inference.device", "cpu");
        kafka = new KafkaSettings(options);
        began = (System.currentTimeMillis() - 300_000) * 1000;
        List<TokenFrame> first = SimulatedTokens.of(2, FRAMES, new FrameSize(64, 64));
        SimulatedTokens.send(kafka, moved(first, began, 1));
        SimulatedTokens.send(kafka, moved(first, began + FRAMES * SECOND / 5 + HOLE, 2));
        ArchiveJob job = new ArchiveJob(options);
        job.start(StreamExecutionEnvironment.createLocalEnvironment(job.configuration()))
                .getJobExecutionResult()
                .get();
        new Topics(kafka, Map.of(kafka.actionsTopic(), new TopicNeeds(DeadLetters.ENVELOPE_BYTES, Retention.ANY, "")))
                .ensure();
        action("camera-1", "x".repeat(100_000), ActionState.BEGUN, began, began);
        action("camera-1", "never", ActionState.BEGUN, Long.MAX_VALUE - 1, Long.MAX_VALUE);
        action("camera-0", "wave", ActionState.ENDED, began + 2 * SECOND, began + 5 * SECOND);
        action("camera-1", HOSTILE, ActionState.BEGUN, began + 6 * SECOND, began + 7 * SECOND);
        page = PageServer.start(PageSettings.of(options), kafka, camera -> {});
        await(
                60,
                () -> json("/api/archive").get("segments").asInt() == 4
                        && json("/api/events").get("events").size() == 2);
    }

    @AfterAll
    static void close() {
        if (page != null) {
            page.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    /** The same token frames at another time, of another epoch. */
    private static List<TokenFrame> moved(List<TokenFrame> frames, long byMicros, long epoch) throws IOException {
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        List<TokenFrame> moved = new ArrayList<>();
        for (TokenFrame frame : frames) {
            TokenFrame copy = format.decode(format.encode(frame));
            copy.setFirstCapturedAtMicros(frame.getFirstCapturedAtMicros() + byMicros);
            copy.setLastCapturedAtMicros(frame.getLastCapturedAtMicros() + byMicros);
            copy.setEpoch(epoch);
            moved.add(copy);
        }
        return moved;
    }

    private static void action(String camera, String label, ActionState state, long from, long to) {
        ActionEvent event = TestActions.of(camera, 1, label, state, from, to, 0.9f);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                    kafka.actionsTopic(),
                    camera.getBytes(StandardCharsets.UTF_8),
                    SingleObject.actionEvents().encode(event)));
        }
    }

    @Test
    void rowsSayWhatWasCapturedAndWhatIsMissing() throws Exception {
        long from = began / 1000;
        JsonNode answer = json("/api/archive?from=" + from + "&to=" + (from + 84_000) + "&parts=84");

        assertThat(answer.get("known")).hasSize(2);
        JsonNode row = answer.get("cameras").get(0);
        assertThat(row.get("camera").asText()).isEqualTo("camera-0");
        assertThat(row.get("segments").asInt()).isEqualTo(2);
        assertThat(row.get("covered").get(5).asDouble()).isEqualTo(1);
        assertThat(row.get("covered").get(30).asDouble()).isZero();
        assertThat(row.get("covered").get(75).asDouble()).isEqualTo(1);
        JsonNode hole = row.get("holes").get(0);
        assertThat(hole.get("toMillis").asLong() - hole.get("fromMillis").asLong())
                .isBetween(HOLE / 1000, HOLE / 1000 + 500);
    }

    /** Amid clips, at their ends, forwards and backwards: bit for bit what replay shows. */
    @Test
    void aPictureIsThatOfReplay() throws Exception {
        long second = began + FRAMES * SECOND / 5 + HOLE;
        try (Decoders decoders = new Decoders(options)) { // opened once: that takes seconds
            for (long at : List.of(
                    began + 5_030_000,
                    began + 5_330_000,
                    began + 11_000_000,
                    began + 300_000,
                    second + 7_700_000,
                    began,
                    began + 11_799_999)) {
                HttpResponse<byte[]> found =
                        get("/api/archive/camera-0/picture.png?at=" + Math.floorDiv(at, 1000L), "image/png");
                long captured = Long.parseLong(
                        found.headers().firstValue("Nolook-At-Millis").orElseThrow());
                assertThat(at / 1000 - captured).isBetween(0L, 250L);
                assertThat(found.body()).isEqualTo(replayed(captured, decoders));
                assertThat(found.headers().firstValue("Nolook-Tokenizer").orElseThrow())
                        .startsWith("nolook-small-");
            }
        }
    }

    private byte[] replayed(long atMillis, Decoders decoders) throws IOException {
        Path out = Files.createTempDirectory(folder, "replay").resolve("pictures");
        long from = atMillis * 1000;
        long to = from + 999;
        List<CodedSegment> segments = new ArchiveReader(kafka).find("camera-0", from, to, why -> {});
        try (ReplayOutputs outputs =
                new ReplayOutputs(new ReplayOutputs.Wanted(List.of(out), from, to, 5, 1), decoders::of)) {
            Replay.run(segments, to, why -> {}, outputs);
        }
        return Files.readAllBytes(out.resolve("00000.png"));
    }

    @Test
    void aMomentWithoutAPictureSaysWhereThereIsOne() throws Exception {
        HttpResponse<byte[]> found =
                get("/api/archive/camera-0/picture.jpg?at=" + (began / 1000 + 40_000), "application/json");

        assertThat(found.statusCode()).isEqualTo(404);
        JsonNode answer = JSON.readTree(found.body());
        assertThat(answer.get("beforeMillis").asLong()).isEqualTo(began / 1000 + 11_800);
        assertThat(answer.get("afterMillis").asLong()).isEqualTo(began / 1000 + 72_000);
        assertThat(get("/api/archive/nobody/picture.jpg?at=1", "application/json")
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/api/archive/camera-0/picture.jpg?at=x", "application/json")
                        .statusCode())
                .isEqualTo(400);
        assertThat(get("/api/archive/camera-0/picture.jpg", "application/json").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aStretchIsExported() throws Exception {
        long from = began / 1000 + 2_000;
        String range = "?from=" + from + "&to=" + (from + 4_000);
        byte[] video =
                get("/api/archive/camera-0/export.mp4" + range, "video/mp4").body();
        assertThat(new String(video, 4, 4, StandardCharsets.ISO_8859_1)).isEqualTo("ftyp");
        Path tokens = folder.resolve("tokens.avro");
        Files.write(
                tokens,
                get("/api/archive/camera-0/export.avro" + range, "application/octet-stream")
                        .body());
        try (DataFileReader<TokenFrame> read = TokenFile.open(tokens)) {
            TokenFrame first = read.next();
            assertThat(first.getPosition()).isZero();
            assertThat(first.getCamera()).isEqualTo("camera-0");
        }
        assertThat(get("/api/archive/camera-0/export.mp4?from=0&to=9999999999", "application/json")
                        .statusCode())
                .as("longer than may be exported")
                .isEqualTo(400);
    }

    @Test
    void aBrowserScrubsAndListsEvents() {
        assumeTrue(Browser.isThere(), Browser.HOW_TO_GET);
        ChromeDriver browser = Browser.open();
        try {
            browser.get(page.address() + "#/timeline/camera-0/" + (began / 1000 + 3_000));
            WebElement image = browser.findElement(By.tagName("body"));
            await(120, () -> shownAt(browser) == began / 1000 + 3_000); // the decoder opens, on a busy machine too
            WebElement slider = browser.findElement(By.cssSelector("[role=slider]"));
            long from = Long.parseLong(slider.getAttribute("aria-valuemin"));
            long to = Long.parseLong(slider.getAttribute("aria-valuemax"));
            int width = slider.getRect().getWidth();
            long wanted = began / 1000 + 8_000;
            int x = (int) Math.round((wanted - from) * width / (double) (to - from));
            new Actions(browser)
                    .moveToElement(slider, 0, 0)
                    .clickAndHold()
                    .moveToElement(slider, x - width / 2, 0)
                    .release()
                    .perform();
            long at = Long.parseLong(slider.getAttribute("aria-valuenow"));
            await(10, () -> at - shownAt(browser) >= 0 && at - shownAt(browser) < 250);

            slider.sendKeys(Keys.ARROW_LEFT);
            await(10, () -> Math.abs(at - 1_000 - shownAt(browser)) < 250);

            browser.get(page.address() + "#/events");
            await(
                    60,
                    () -> browser.findElements(By.cssSelector(".event img[src]:not([hidden])"))
                                    .size()
                            == 8);
            assertThat(image).isNotNull();
            List<WebElement> events = browser.findElements(By.className("event"));
            assertThat(events.get(0).getText()).contains(HOSTILE, "camera-1", "its end was not seen");
            assertThat(events.get(1).getText()).contains("wave", "camera-0");
            assertThat(browser.executeScript("return String(window.hacked)")).isEqualTo("undefined");
            isLeftAtOnce(browser);
        } finally {
            browser.quit();
        }
    }

    /** Pictures that are still asked for hold up no other view. */
    private static void isLeftAtOnce(ChromeDriver browser) {
        browser.executeScript("window.asked = 0; const before = window.fetch;"
                + "window.fetch = (path, options) => String(path).includes('picture.jpg')"
                + " ? new Promise((taken, left) => { window.asked++; options.signal.addEventListener('abort',"
                + " () => { window.asked--; left(new Error('left')); }); }) : before(path, options);"
                + "location.hash = '#/timeline-of-nothing'");
        await(10, () -> !browser.findElements(By.className("grid")).isEmpty());
        browser.findElement(By.linkText("Events")).click();
        await(10, () -> Long.valueOf(2).equals(browser.executeScript("return window.asked")));

        browser.findElement(By.linkText("Cameras")).click();

        await(5, () -> !browser.findElements(By.className("grid")).isEmpty());
        assertThat(browser.executeScript("return window.asked")).isEqualTo(0L);
    }

    private static long shownAt(ChromeDriver browser) {
        return Long.parseLong(browser.findElement(By.cssSelector(".moment img")).getAttribute("data-at"));
    }

    private static JsonNode json(String path) throws IOException, InterruptedException {
        return JSON.readTree(get(path, "application/json").body());
    }

    private static HttpResponse<byte[]> get(String path, String type) throws IOException, InterruptedException {
        HttpResponse<byte[]> found = CLIENT.send(
                HttpRequest.newBuilder(URI.create(page.address() + path.substring(1)))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(found.headers().firstValue("Content-Type").orElse("")).startsWith(type);
        return found;
    }

    private static void await(int seconds, Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(seconds))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(condition);
    }
}

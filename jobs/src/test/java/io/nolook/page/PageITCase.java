package io.nolook.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nolook.camera.CameraHealth;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.EmbeddedBroker;
import io.nolook.option.PageOptions;
import io.nolook.schema.ActionState;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/** The page in a real browser, on a real broker: live pictures, dead cameras, actions, hostile names. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageITCase {
    private static final String TOKEN = "a-token-for-this-test-alone";
    /** Seconds in which a busy machine has opened the decoder, and decoded what a clip holds already. */
    private static final int OPENED = 90;
    /** Seconds in which a broker starts on a busy machine, and cameras and page find it again. */
    private static final int AWAY = 90;

    private static final String HOSTILE_ID = "<img src=x onerror=\"window.hacked=1\">/..%2f?#";
    private static final String HOSTILE_LABEL = "<script>window.hacked=2</script>";

    private static final Queue<String> KEYFRAMES = new ConcurrentLinkedQueue<>();
    private static EmbeddedBroker broker;
    private static LoopedCameras cameras;
    private static PageServer page;
    private static ChromeDriver browser;

    @BeforeAll
    static void open() throws Exception {
        assumeTrue(Browser.isThere(), Browser.HOW_TO_GET);
        broker = EmbeddedBroker.start(Map.of());
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        options.set(KafkaOptions.TOPIC_REPLICATION, 1);
        options.set(PageOptions.LISTEN, "127.0.0.1:0");
        options.set(PageOptions.TOKEN, TOKEN);
        options.set(PageOptions.KEYFRAMES, true);
        KafkaSettings kafka = new KafkaSettings(options);
        cameras = new LoopedCameras(kafka, 2);
        List.of("north", "south", "east", "west").forEach(camera -> cameras.add(camera, "yard"));
        page = PageServer.start(PageSettings.of(options), kafka, KEYFRAMES::add);
        browser = Browser.open();
        browser.get(page.address().toString());
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.quit();
        }
        if (page != null) {
            page.close();
        }
        if (cameras != null) {
            cameras.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    @Order(1)
    void whoDoesNotKnowTheTokenStaysOutside() {
        assertThat(browser.getCurrentUrl()).endsWith("/login");
        login("wrong-" + TOKEN);
        assertThat(text("form")).contains("That token is wrong.");
        assertThat(fetched("/api/cameras")).isEqualTo(401L);

        login(TOKEN);

        await(10, () -> browser.findElement(By.id("state")).getText().contains("4 cameras"));
        assertThat(fetched("/api/cameras")).isEqualTo(200L);
        assertThat(script("return document.cookie")).as("scripts see no cookie").isEqualTo("");
    }

    @Test
    @Order(2)
    void theGridShowsMovingPicturesAndADeadCameraLooksDead() {
        for (String camera : List.of("north", "south", "east", "west")) {
            await(OPENED, () -> number(camera, "original") > 1 && number(camera, "decoded") > 0);
            long original = number(camera, "original");
            long decoded = number(camera, "decoded");
            await(30, () -> number(camera, "original") > original && number(camera, "decoded") > decoded);
            assertThat(tile(camera).getText()).contains(camera, "excellent", "fps");
        }

        cameras.stop("west");

        await(10, () -> "offline".equals(tile("west").getAttribute("data-health")));
        assertThat(tile("west").getText()).contains("offline", "last picture");
        assertThat(tile("west").findElements(By.cssSelector("img[src]")))
                .as("pictures that could be taken for live")
                .isEmpty();
        await(5, () -> browser.findElement(By.id("state")).getText().contains("1 offline"));

        cameras.resume("west");

        await(15, () -> "excellent".equals(tile("west").getAttribute("data-health")));
    }

    @Test
    @Order(3)
    void anActionIsSeenWithinThreeSeconds() {
        long now = System.currentTimeMillis();
        cameras.action("north", "brush_hair", ActionState.BEGUN, now - 500, now);

        await(3, () -> tile("north").getText().contains("brush hair"));
        assertThat(tile("north").findElement(By.className("action")).getAttribute("data-state"))
                .isEqualTo("begun");
    }

    @Test
    @Order(4)
    void aCamerasOwnViewTellsWhatHappened() {
        cameras.deadLetter("north", "PICTURE_TRUNCATED", "found 7 bytes, expected a whole JPEG");
        tile("north").findElement(By.tagName("a")).click();

        await(10, () -> text(".lists").contains("PICTURE_TRUNCATED"));
        assertThat(text(".camera h1")).isEqualTo("north");
        assertThat(text(".lists")).contains("brush hair", "goes on", "No gap");
        await(
                OPENED,
                () -> browser.findElements(By.cssSelector(".camera img[data-number]"))
                                .size()
                        == 2);
        await(10, () -> !browser.findElements(By.cssSelector(".chart canvas")).isEmpty());

        browser.findElement(By.cssSelector(".tools button")).click();

        await(5, () -> text(".asked").contains("The next frame begins a clip"));
        assertThat(KEYFRAMES).containsExactly("north");
        browser.findElement(By.linkText("All cameras")).click();
    }

    @Test
    @Order(5)
    void whatCamerasSayIsText() {
        cameras.add(HOSTILE_ID, "<b>group</b>");
        await(
                15,
                () -> browser.findElements(By.className("tile")).stream()
                        .anyMatch(tile -> tile.getText().contains(HOSTILE_ID)));
        long now = System.currentTimeMillis();
        cameras.action(HOSTILE_ID, HOSTILE_LABEL, ActionState.BEGUN, now - 500, now);
        cameras.tell(HOSTILE_ID, "<i>poor</i>", HOSTILE_LABEL);

        await(5, () -> text(".grid").contains(HOSTILE_LABEL));
        assertThat(text(".grid").toLowerCase(Locale.ROOT)).contains("<b>group</b>");
        browser.findElements(By.className("tile")).stream()
                .filter(tile -> tile.getText().contains(HOSTILE_ID))
                .findFirst()
                .orElseThrow()
                .findElement(By.tagName("a"))
                .click();
        await(10, () -> text(".lists").contains(HOSTILE_LABEL));
        assertThat(text(".camera h1")).isEqualTo(HOSTILE_ID);
        cameras.tell(HOSTILE_ID, CameraHealth.Rating.EXCELLENT.word(), ""); // of an unknown one no pictures are shown
        await(
                OPENED,
                () -> browser.findElements(By.cssSelector(".camera img[data-number]"))
                                .size()
                        == 2);
        assertThat(script("return String(window.hacked)")).isEqualTo("undefined");
        assertThat(browser.findElements(By.cssSelector("main script, main b, main i, main img[onerror]")))
                .isEmpty();
        browser.findElement(By.linkText("All cameras")).click();
    }

    /** A browser that draws nothing, or whose picture was taken away meanwhile, may never say that one is decoded. */
    @Test
    @Order(6)
    void picturesAreShownThatTheBrowserNeverCallsDecoded() {
        script("HTMLImageElement.prototype.decode = () => new Promise(() => {})");
        tile("north").findElement(By.tagName("a")).click();

        await(
                OPENED,
                () -> browser.findElements(By.cssSelector(".camera img[data-number]:not([hidden])"))
                                .size()
                        == 2);
    }

    @Test
    @Order(7)
    void anEmptyArchiveIsSaid() {
        browser.findElement(By.linkText("Timeline")).click();
        await(10, () -> text(".timeline").contains("Nothing is archived yet"));
    }

    @Test
    @Order(8)
    void aBrokerThatIsAwayIsSaidAndComesBack() {
        browser.get(page.address().toString());
        await(10, () -> tile("north").isDisplayed());
        broker.stop();

        await(20, () -> browser.findElement(By.id("banner")).getText().contains("broker has not been reachable"));
        await(5, () -> "unknown".equals(tile("north").getAttribute("data-health")));

        broker.startAgain();

        await(AWAY, () -> "excellent".equals(tile("north").getAttribute("data-health")));
        assertThat(browser.findElement(By.id("banner")).isDisplayed()).isFalse();
    }

    private static void login(String token) {
        browser.findElement(By.id("token")).sendKeys(token);
        browser.findElement(By.cssSelector("form button")).click();
    }

    private static WebElement tile(String camera) {
        return browser.findElement(By.cssSelector(".tile[data-camera='" + camera + "']"));
    }

    /** Of the frame or token frame that a picture shows; 0 where it shows none. */
    private static long number(String camera, String kind) {
        String shown =
                tile(camera).findElement(By.cssSelector("." + kind + " img")).getAttribute("data-number");
        return shown == null || shown.isEmpty() ? 0 : Long.parseLong(shown.replaceAll("^\"|-.*", ""));
    }

    private static String text(String selector) {
        List<WebElement> found = browser.findElements(By.cssSelector(selector));
        return found.isEmpty() ? "" : found.get(0).getText();
    }

    private static Object script(String code) {
        return ((JavascriptExecutor) browser).executeScript(code);
    }

    private static Object fetched(String path) {
        return ((JavascriptExecutor) browser)
                .executeAsyncScript(
                        "const done = arguments[arguments.length - 1];"
                                + "fetch(arguments[0]).then((answer) => done(answer.status));",
                        path);
    }

    private static void await(int seconds, Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(seconds))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(condition);
    }
}

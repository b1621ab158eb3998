package io.nolook.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.option.PageOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who gets what over HTTP; no broker is there, and the page says so. */
class PageServerTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String KNOWN = "Authorization: Bearer " + TOKEN;
    private static final int ANSWER_MILLIS = 20_000;
    private static PageServer page;

    static PageServer start(String... pairs) throws IOException {
        Configuration options = new Configuration();
        options.set(KafkaOptions.BOOTSTRAP_SERVERS, "127.0.0.1:1");
        options.set(PageOptions.LISTEN, "127.0.0.1:0");
        for (int i = 0; i < pairs.length; i += 2) {
            options.setString(pairs[i], pairs[i + 1]);
        }
        return PageServer.start(PageSettings.of(options), new KafkaSettings(options), camera -> {});
    }

    @BeforeAll
    static void open() throws IOException {
        page = start("page.token", TOKEN);
    }

    @AfterAll
    static void close() {
        page.close();
    }

    /** The whole answer to a request of these lines. */
    static String sent(PageServer to, List<String> lines) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", to.address().getPort())) {
            socket.setSoTimeout(ANSWER_MILLIS);
            String request = String.join("\r\n", lines) + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String ask(PageServer of, String line, String... headers) throws IOException {
        List<String> lines = new ArrayList<>(List.of(line + " HTTP/1.1", "Connection: close"));
        lines.addAll(List.of(headers));
        if (lines.stream().noneMatch(header -> header.startsWith("Host:"))) {
            lines.add("Host: localhost:" + of.address().getPort());
        }
        return sent(of, lines);
    }

    private static String ask(String line, String... headers) throws IOException {
        return ask(page, line, headers);
    }

    @Test
    void aProgramSaysTheToken() throws IOException {
        assertThat(ask("GET /api/cameras")).startsWith("HTTP/1.1 401").contains("\"error\":\"found no token");
        assertThat(ask("GET /api/cameras", "Authorization: Bearer wrong-" + TOKEN))
                .startsWith("HTTP/1.1 401");
        assertThat(ask("GET /api/live")).startsWith("HTTP/1.1 401");
        assertThat(ask("POST /api/cameras/a/keyframe")).startsWith("HTTP/1.1 401");
        assertThat(ask("GET /api/cameras", KNOWN)).startsWith("HTTP/1.1 200");
    }

    @Test
    void aBrowserHasACookieForIt() throws IOException {
        assertThat(ask("GET /")).startsWith("HTTP/1.1 302").contains("/login");
        assertThat(ask("GET /?token=wrong")).startsWith("HTTP/1.1 401");
        String let = ask("GET /?token=" + TOKEN);
        Matcher cookie = Pattern.compile("Set-Cookie: (nolook=[^;]+);[^\r]*").matcher(let);
        assertThat(cookie.find()).isTrue();
        assertThat(cookie.group())
                .contains("HttpOnly", "SameSite=Strict", "Path=/")
                .doesNotContain(TOKEN);
        assertThat(ask("GET /api/cameras", "Cookie: " + cookie.group(1))).startsWith("HTTP/1.1 200");
        assertThat(ask("GET /api/cameras", "Cookie: nolook=9999999999." + "0".repeat(64)))
                .startsWith("HTTP/1.1 401");
    }

    @Test
    void manyLongIdsFitInOneAddress() throws IOException {
        String asked = "&camera=%D8%B9".repeat(3_500);
        assertThat(ask("GET /api/archive?parts=1" + asked, KNOWN)).startsWith("HTTP/1.1 200");
        assertThat(ask("GET /api/archive?parts=1" + asked + asked, KNOWN)).startsWith("HTTP/1.1 414");
    }

    @Test
    void otherSitesAndNamesAreRefused() throws IOException {
        assertThat(ask("GET /api/cameras", KNOWN, "Host: evil.example")).startsWith("HTTP/1.1 403");
        assertThat(ask("GET /api/cameras", KNOWN, "Sec-Fetch-Site: cross-site")).startsWith("HTTP/1.1 403");
        assertThat(ask("POST /api/cameras/a/keyframe", KNOWN, "Origin: http://evil.example"))
                .startsWith("HTTP/1.1 403");
        assertThat(ask("POST /api/cameras/a/keyframe", KNOWN, "Origin: null")).startsWith("HTTP/1.1 403");
    }

    @Test
    void browsersAreToldWhatThePageMayDo() throws IOException {
        assertThat(ask("GET /login"))
                .startsWith("HTTP/1.1 200")
                .contains(
                        "Content-Security-Policy: default-src 'self'; ",
                        "X-Content-Type-Options: nosniff",
                        "frame-ancestors 'none'")
                .doesNotContain("Server:")
                .doesNotContain("<script>");
    }

    @Test
    void filesAreThoseOfThePageAlone() throws IOException {
        for (String name :
                List.of("main.js", "grid.js", "camera.js", "page.css", "uplot.js", "uplot.css", "icon.svg")) {
            assertThat(ask("GET /static/" + name)).as(name).startsWith("HTTP/1.1 200");
        }
        Matcher etag = Pattern.compile("ETag: (\"[^\"]+\")").matcher(ask("GET /static/main.js"));
        assertThat(etag.find()).isTrue();
        assertThat(ask("GET /static/main.js", "If-None-Match: " + etag.group(1)))
                .startsWith("HTTP/1.1 304");
        for (String name : List.of("none.js", "..%2flog4j2.properties", "%2e%2e/log4j2.properties", "Main.class")) {
            assertThat(ask("GET /static/" + name, KNOWN)).as(name).startsWith("HTTP/1.1 4");
        }
    }

    @Test
    void keyframesAreNotAskedForUnlessItMay() throws IOException {
        assertThat(ask("POST /api/cameras/a/keyframe", KNOWN, "Content-Type: application/json"))
                .startsWith("HTTP/1.1 403")
                .contains("found page.keyframes = false");
    }

    @Test
    void aHealthCheckNamesNoHost() throws IOException {
        assertThat(sent(page, List.of("GET /healthz HTTP/1.0")))
                .startsWith("HTTP/1.1 200")
                .contains("{\"status\":\"ready\"}");
    }

    @Test
    void aBrokerThatIsNotThereIsSaid() throws IOException {
        String answer = ask("GET /api/cameras", KNOWN);

        var said = new ObjectMapper()
                .readTree(answer.substring(answer.indexOf("\r\n\r\n")))
                .get("page");
        assertThat(said.get("brokerAwaySinceMillis").asLong()).isPositive();
        assertThat(said.get("brokerAwayReason").asText()).isNotEmpty();
        assertThat(ask("GET /api/cameras/a%2Fb", KNOWN))
                .startsWith("HTTP/1.1 404")
                .contains("found no such camera");
    }

    @Test
    void aProxySaysWhoLooks() throws IOException {
        try (PageServer behind = start("page.proxy-header", "X-User");
                PageServer elsewhere = start("page.proxy-header", "X-User", "page.proxy-addresses", "192.0.2.1")) {
            assertThat(ask(behind, "GET /api/cameras")).startsWith("HTTP/1.1 401");
            assertThat(ask(behind, "GET /api/cameras", "X-User: ada")).startsWith("HTTP/1.1 200");
            assertThat(ask(elsewhere, "GET /api/cameras", "X-User: ada")).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        assertThatThrownBy(
                        () -> start("page.listen", "127.0.0.1:" + page.address().getPort()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("page.listen: found ")
                .hasMessageContaining("expected a free port");
    }
}

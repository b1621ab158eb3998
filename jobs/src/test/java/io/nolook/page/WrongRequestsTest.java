package io.nolook.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever asks wrongly is told so, in JSON; nothing that is asked is a mistake of the page. */
class WrongRequestsTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static PageServer page;

    @BeforeAll
    static void open() throws IOException {
        page = PageServerTest.start("page.token", TOKEN);
    }

    @AfterAll
    static void close() {
        page.close();
    }

    private static String ask(String line, String... headers) throws IOException {
        List<String> lines = new ArrayList<>(
                List.of(line + " HTTP/1.1", "Connection: close", "Host: localhost", "Authorization: Bearer " + TOKEN));
        lines.addAll(List.of(headers));
        try {
            return PageServerTest.sent(page, lines);
        } catch (java.net.SocketTimeoutException e) {
            return "TIMEOUT";
        }
    }

    private static String post(String path, String type, String body) throws IOException {
        return ask("POST " + path, "Content-Type: " + type, "Content-Length: " + body.length(), "", body);
    }

    /** The status, and that the answer is an error in JSON. */
    private static int refused(String answer) throws IOException {
        int status = Integer.parseInt(answer.substring(9, 12));
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertThat(answer).contains("Content-Type: application/json");
        JsonNode error = new ObjectMapper().readTree(body.substring(body.indexOf('{'), body.lastIndexOf('}') + 1));
        assertThat(error.get("error").asText()).containsPattern("(?s)found .*, expected ");
        return status;
    }

    @Test
    void whatThereIsNotIsSaidInJson() throws IOException {
        assertThat(refused(ask("GET /api/nothing"))).isEqualTo(404);
        assertThat(refused(ask("GET /api/cameras/a/nothing"))).isEqualTo(404);
        assertThat(refused(ask("GET /api/"))).isEqualTo(404);
        assertThat(refused(ask("GET /nothing"))).isEqualTo(404);
        assertThat(refused(ask("DELETE /api/nothing"))).isEqualTo(404);
        assertThat(refused(ask("GET /api/cameras/nobody/decoded.jpg"))).isEqualTo(404);
        assertThat(refused(ask("GET /static/none.js"))).isEqualTo(404);
    }

    @Test
    void anotherMethodIsSaidInJson() throws IOException {
        for (String path : List.of("/api/cameras", "/api/events", "/api/live", "/api/archive/a/picture.jpg")) {
            assertThat(refused(ask("DELETE " + path))).as(path).isEqualTo(405);
            assertThat(refused(post(path, "text/plain", "x"))).as(path).isEqualTo(405);
        }
        assertThat(refused(ask("GET /api/cameras/a/keyframe"))).isEqualTo(405);
        assertThat(refused(ask("BREW /api/cameras"))).isEqualTo(405);
    }

    @Test
    void aLoginIsAForm() throws IOException {
        SoftAssertions all = new SoftAssertions();
        for (String type : List.of(
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=x",
                "multipart/mixed; boundary=x",
                "application/json",
                FORM + "; charset=none-such",
                FORM + "; charset=!",
                FORM + "; charset=\u0001")) {
            for (String body : List.of("", "--x", "--x--\r\n", "--x\r\n\r\n", "token=%zz")) {
                String answer = post("/login", type, body);
                all.assertThat(answer).as(type + " " + body).matches("(?s)HTTP/1.1 4\\d\\d.*");
            }
        }
        for (String body : List.of("", "token=%zz", "token", "=", "&&&", "token=a&token=b", "%", "token=%ff%fe")) {
            all.assertThat(post("/login", FORM, body)).as(body).matches("(?s)HTTP/1.1 4\\d\\d.*");
        }
        all.assertThat(post("/login", FORM, "token=" + "a".repeat(20_000))).startsWith("HTTP/1.1 413");
        all.assertThat(post("/login", FORM, "token=" + TOKEN)).startsWith("HTTP/1.1 303");
        all.assertAll();
    }

    @Test
    void noQueryIsAMistakeOfThePage() throws IOException {
        SoftAssertions all = new SoftAssertions();
        for (String path : List.of(
                "/",
                "/login",
                "/healthz",
                "/static/main.js",
                "/api/cameras",
                "/api/cameras/a",
                "/api/cameras/a/original.jpg",
                "/api/cameras/a/decoded.jpg",
                "/api/archive",
                "/api/archive/a/picture.jpg",
                "/api/archive/a/picture.png",
                "/api/archive/a/export.mp4",
                "/api/archive/a/export.avro",
                "/api/events")) {
            for (String name : List.of("at", "from", "to", "parts", "limit", "camera", "label", "token")) {
                for (String value : List.of(
                        "",
                        "NaN",
                        "-1",
                        "Infinity",
                        "1e300",
                        "9223372036854775807",
                        "99999999999999999999",
                        "%00",
                        "%",
                        "%zz",
                        "%ff%fe",
                        "1&" + name + "=2",
                        "\u0000")) {
                    String answer = ask("GET " + path + "?" + name + "=" + value);
                    all.assertThat(answer).as(path + " " + name + "=" + value).matches("(?s)HTTP/1.1 [234]\\d\\d.*");
                    if (path.startsWith("/api") && answer.startsWith("HTTP/1.1 4")) {
                        all.assertThatCode(() -> refused(answer))
                                .as(path + " " + name + "=" + value)
                                .doesNotThrowAnyException();
                    }
                }
            }
        }
        all.assertAll();
    }

    @Test
    void noAddressIsAMistakeOfThePage() throws IOException {
        SoftAssertions all = new SoftAssertions();
        for (String path : List.of(
                "/api/cameras/%",
                "/api/cameras/%zz",
                "/api/cameras/%ff%fe",
                "/api/cameras/%00",
                "/api/cameras/..%2f",
                "/api//cameras",
                "/api/../api/cameras/x",
                "/api/cameras/%2e%2e/x",
                "/api/cameras/a;b=c",
                "/api/cameras/\u0001",
                "/api/" + "a".repeat(100_000),
                "*",
                "api",
                "/api/events?%zz",
                "/api/events?%",
                "/api/events?=&=")) {
            for (String method : List.of("GET", "POST", "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "X")) {
                String answer = ask(method + " " + path);
                all.assertThat(answer)
                        .as(method + " " + path.substring(0, Math.min(40, path.length())))
                        .isNotEmpty() // of what is no HTTP the server may answer the body alone
                        .doesNotStartWith("HTTP/1.1 5");
            }
        }
        for (String header : List.of(
                "If-None-Match: \u0001",
                "Range: bytes=5-1",
                "Cookie: =;;;\"",
                "Accept: ;q=",
                "Accept-Encoding: gzip;q=x",
                "Content-Length: -1",
                "Transfer-Encoding: x",
                "Expect: x",
                "Content-Type: ;",
                "Content-Type: text/plain; charset=none-such",
                "Content-Type: text/plain; charset=!",
                "Origin: %",
                "Upgrade: websocket")) {
            for (String path : List.of(
                    "GET /api/events?limit=1",
                    "GET /static/main.js",
                    "POST /api/cameras/a/keyframe",
                    "POST /login",
                    "GET /api/live")) {
                String answer = path.endsWith("live") ? ask(path, header, "Accept: x") : ask(path, header);
                all.assertThat(answer).as(path + " " + header).matches("(?s)HTTP/1.1 [234]\\d\\d.*");
            }
        }
        all.assertAll();
    }
}

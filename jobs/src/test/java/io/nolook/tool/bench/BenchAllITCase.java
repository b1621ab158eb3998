package io.nolook.tool.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nolook.cli.Main;
import io.nolook.tool.bench.suite.Suite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of bench, in their quick form: every suite runs, and every run's tokens are the offline ones. */
class BenchAllITCase {

    @Test
    void everySuiteEndsOnThePageWithEqualTokens(@TempDir Path folder) throws Exception {
        int status = Main.commandLine()
                .execute(
                        "bench",
                        "all",
                        "--quick",
                        "--cameras",
                        "4",
                        "-D",
                        "frame.size=32x32",
                        "--out",
                        folder.toString());

        assertThat(status).isZero();
        JsonNode report = new ObjectMapper().readTree(folder.resolve("all.json").toFile());
        assertThat(report.path("machine").path("processors").asInt()).isPositive();
        assertThat(report.path("chapters").findValuesAsText("name"))
                .containsAll(Arrays.stream(Suite.values()).map(Suite::toString).toList());
        for (JsonNode chapter : report.path("chapters")) {
            assertThat(chapter.path("right").asBoolean()).as(chapter.toString()).isTrue();
            assertThat(chapter.path("checks")).isNotEmpty();
            assertThat(chapter.path("plots").findValues("median")).isNotEmpty();
        }
        String page = Files.readString(folder.resolve("all.html"));
        for (Suite suite : Suite.values()) {
            assertThat(page).contains("<h2 id=\"" + suite + "\">");
        }
        assertThat(page).contains("<svg").doesNotContain("src=", "href=\"http", "@import");
    }

    /** Peers in this process: the page says which share of their tokens is that of nolook. */
    @Test
    void peersAreComparedTokenByToken(@TempDir Path folder) throws Exception {
        int status = Main.commandLine()
                .execute(
                        "bench",
                        "peers",
                        "--only",
                        "java,java-windowed",
                        "--sizes",
                        "64x48",
                        "--cameras",
                        "4",
                        "--repeats",
                        "1",
                        "--run-seconds",
                        "0.5",
                        "-D",
                        "frame.size=32x32",
                        "--out",
                        folder.toString());

        assertThat(status).isZero();
        JsonNode report =
                new ObjectMapper().readTree(folder.resolve("peers.json").toFile());
        JsonNode rows = report.path("chapters").path(0).path("grids").path(0).path("rows");
        assertThat(rows).hasSize(3); // the model alone, two peers
        assertThat(rows.path(1).path(5).asText()).isEqualTo("all");
        assertThat(rows.path(1).path(6).asText()).isEqualTo("100.0 %");
        assertThat(rows.path(2).path(6).asText()).endsWith(" %");
        assertThat(Files.readString(folder.resolve("peers.html"))).contains("<svg", "What each does not do");
    }
}

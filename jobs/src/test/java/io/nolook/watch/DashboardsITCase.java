package io.nolook.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards and alerts ask for what the job and the cameras tell, by the names and labels that these have now. */
class DashboardsITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private static Path folder;

    private static WatchedRun run;

    @BeforeAll
    static void start() throws Exception {
        run = WatchedRun.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        run.close();
    }

    @Test
    void whatQueriesNameIsThere() throws Exception {
        Scrape job = run.job();
        Scrape cameras = run.cameras();
        List<Query> queries = Stream.concat(Query.ofDashboards().stream(), Query.ofAlerts().stream())
                .toList();
        assertThat(queries).hasSizeGreaterThan(50);
        assertThat(queries)
                .allSatisfy(query -> assertThat(query.named()).allSatisfy(named -> {
                    Scrape page = named.metric().startsWith("nolook_") ? cameras : job;
                    assertThat(page.names()).as(query.place()).contains(named.metric());
                    assertThat(page.labels(named.metric()))
                            .as("%s: labels of %s", query.place(), named.metric())
                            .containsAll(named.labels());
                }));
    }

    /** A real Prometheus takes every query, and has something to show for it. */
    @Test
    void everyQueryIsAnswered() throws Exception {
        try (Prometheus prometheus = Prometheus.start(folder, Query.ALERTS, run.jobPage(), run.fleetPage())) {
            List<Query> queries = Query.ofDashboards();
            Map<String, Integer> answers = new TreeMap<>();
            Awaitility.await("answers")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptions()
                    .untilAsserted(() -> {
                        List<String> empty = new ArrayList<>();
                        for (Query query : queries) {
                            int series = prometheus.series(query.asked());
                            answers.put(query.place() + ": " + query.expression(), series);
                            if (series == 0) {
                                empty.add(query.place() + ": " + query.expression());
                            }
                        }
                        assertThat(empty).isEmpty();
                    });
            for (Query alert : Query.ofAlerts()) {
                prometheus.series(alert.asked());
            }
            JsonNode silent = prometheus.answer("alerts");
            assertThat(silent.toString()).as("pending alerts").contains("CameraSilent", "CameraOffline", "gone");
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(
                            Path.of("target/dashboard-queries.json").toFile(),
                            Map.of(
                                    "prometheus",
                                    prometheus
                                            .answer("status/buildinfo")
                                            .get("version")
                                            .asText(),
                                    "series",
                                    answers));
        }
    }
}

package io.nolook.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every alert is raised by what it is for: by Prometheus' own tests of rules; and a page says what to do. */
class AlertsTest {

    @Test
    void theTestsOfTheRulesPass() throws Exception {
        promtool("check", "rules", "alerts.yml");
        promtool("test", "rules", "alerts_test.yml");
    }

    /** By an example that raises it, and by a row of the page. */
    @Test
    void everyAlertIsTestedAndExplained() throws Exception {
        Set<String> raised = new HashSet<>();
        JsonNode tests = new ObjectMapper(new YAMLFactory())
                .readTree(Query.FOLDER.resolve("alerts_test.yml").toFile())
                .get("tests");
        for (JsonNode test : tests) {
            for (JsonNode moment : test.get("alert_rule_test")) {
                if (moment.path("exp_alerts").size() > 0) {
                    raised.add(moment.get("alertname").asText());
                }
            }
        }
        String page = Files.readString(Query.FOLDER.resolve("../docs/monitoring.md"));
        assertThat(Query.ofAlerts()).hasSizeGreaterThan(8).allSatisfy(alert -> {
            assertThat(raised).contains(alert.place());
            assertThat(page).contains("| `" + alert.place() + "` |");
        });
    }

    private static void promtool(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = Prometheus.program("promtool");
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command)
                .directory(Query.FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}

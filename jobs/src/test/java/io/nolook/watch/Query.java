package io.nolook.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A query of a dashboard or an alert.
 *
 * @param place where it stands
 * @param legend of its series, empty for none
 */
record Query(String place, String expression, String legend) {
    static final Path FOLDER = Path.of("../deploy/dashboards").toAbsolutePath().normalize();
    static final Path ALERTS = FOLDER.resolve("alerts.yml");

    private static final Pattern METRIC = Pattern.compile("\\b((?:flink|nolook)_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+) *=~?");
    private static final Pattern GROUPS = Pattern.compile("\\b(?:by|on) *\\(([^)]*)\\)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

    /** A metric with the labels that the query needs of it. */
    record Named(String metric, Set<String> labels) {}

    /** Those of every dashboard. */
    static List<Query> ofDashboards() throws IOException {
        List<Query> queries = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                for (JsonNode panel : new ObjectMapper().readTree(file.toFile()).get("panels")) {
                    for (JsonNode target : panel.path("targets")) {
                        queries.add(new Query(
                                file.getFileName() + ", " + panel.get("title").asText(),
                                target.get("expr").asText(),
                                target.path("legendFormat").asText()));
                    }
                }
            }
        }
        return queries;
    }

    static List<Query> ofAlerts() throws IOException {
        List<Query> queries = new ArrayList<>();
        JsonNode groups =
                new ObjectMapper(new YAMLFactory()).readTree(ALERTS.toFile()).get("groups");
        for (JsonNode rule : groups.get(0).get("rules")) {
            queries.add(new Query(rule.get("alert").asText(), rule.get("expr").asText(), ""));
        }
        return queries;
    }

    /** As Grafana would ask, with all jobs. */
    String asked() {
        return expression.replace("$__rate_interval", "5s").replace("$job", ".*");
    }

    List<Named> named() {
        Set<String> grouped = new LinkedHashSet<>();
        GROUPS.matcher(expression)
                .results()
                .forEach(group ->
                        Stream.of(group.group(1).split(",")).map(String::strip).forEach(grouped::add));
        if (grouped.isEmpty()) {
            LEGEND.matcher(legend).results().forEach(label -> grouped.add(label.group(1)));
        }
        List<Named> named = new ArrayList<>();
        Matcher metric = METRIC.matcher(expression);
        while (metric.find()) {
            Set<String> labels = new LinkedHashSet<>(grouped);
            if (metric.group(2) != null) {
                LABEL.matcher(metric.group(2)).results().forEach(label -> labels.add(label.group(1)));
            }
            labels.removeAll(Set.of("instance", "rating")); // of Prometheus and of the query itself
            named.add(new Named(metric.group(1), labels));
        }
        return named;
    }
}

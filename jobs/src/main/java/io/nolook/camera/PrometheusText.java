package io.nolook.camera;

import java.util.Map;
import java.util.TreeMap;

/**
 * Writes metrics as Prometheus reads them; source: its text format, version 0.0.4.
 *
 * <pre>
 *   metric = "# TYPE " NAME " " TYPE "\n" {NAME "{" LABEL "=\"" VALUE "\"" {"," ...} "} " NUMBER "\n"}
 * </pre>
 */
final class PrometheusText {
    private final StringBuilder text = new StringBuilder();
    private String name = "";

    /** Begins a metric: its values follow. */
    void metric(String called, String type) {
        name = called;
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    void value(Map<String, String> labels, Number value) {
        text.append(name);
        String between = "{";
        for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
            text.append(between)
                    .append(label.getKey())
                    .append("=\"")
                    .append(escaped(label.getValue()))
                    .append('"');
            between = ",";
        }
        text.append("} ").append(value).append('\n');
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

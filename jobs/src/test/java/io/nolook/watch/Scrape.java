package io.nolook.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a page of metrics in Prometheus' text format says. */
final class Scrape {
    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)\\})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=\"(?:[^\"\\\\]|\\\\.)*\"");

    private record Sample(Set<String> labels, double value) {}

    private final Map<String, List<Sample>> samples = new HashMap<>();

    static Scrape parse(String text) {
        Scrape scrape = new Scrape();
        text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).forEach(line -> {
            Matcher sample = LINE.matcher(line);
            assertThat(sample.matches()).as(line).isTrue();
            Set<String> labels = new HashSet<>();
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(label -> labels.add(label.group(1)));
            }
            double value = Double.parseDouble(sample.group(3).replace("+Inf", "Infinity"));
            scrape.samples
                    .computeIfAbsent(sample.group(1), name -> new ArrayList<>())
                    .add(new Sample(labels, value));
        });
        return scrape;
    }

    Set<String> names() {
        return samples.keySet();
    }

    /** Labels that every series of a metric has. */
    Set<String> labels(String name) {
        Set<String> common = null;
        for (Sample sample : samples.getOrDefault(name, List.of())) {
            if (common == null) {
                common = new HashSet<>(sample.labels());
            } else {
                common.retainAll(sample.labels());
            }
        }
        return common == null ? Set.of() : common;
    }

    double sum(String name) {
        return samples.getOrDefault(name, List.of()).stream()
                .mapToDouble(Sample::value)
                .sum();
    }

    void requirePositive(String name) {
        assertThat(samples.getOrDefault(name, List.of()))
                .as(name)
                .anySatisfy(sample -> assertThat(sample.value()).isPositive());
    }
}

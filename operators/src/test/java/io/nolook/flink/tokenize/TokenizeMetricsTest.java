package io.nolook.flink.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.window.Beginning;
import io.nolook.window.Chunk;
import io.nolook.window.KeyframeReason;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.metrics.groups.GenericMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.junit.jupiter.api.Test;

/** Tokens are as old as the capture of their last frame; keyframes have a reason. */
class TokenizeMetricsTest {
    private static final long NOW = 1_700_000_000_000L;

    private final Map<String, Metric> registered = new TreeMap<>();
    private final TokenizeMetrics measured = new TokenizeMetrics(
            new GenericMetricGroup(
                    TestingMetricRegistry.builder()
                            .setRegisterConsumer((metric, name, of) -> {
                                String[] scope = of.getScopeComponents();
                                registered.put(scope[scope.length - 1] + "." + name, metric);
                            })
                            .build(),
                    null,
                    "task"),
            () -> NOW);

    @Test
    void tokensAgeFromTheCaptureOfTheLastFrame() {
        measured.emitted(chunk(1, Optional.empty(), NOW - 250));
        Histogram age = (Histogram) registered.get("task.tokenAgeMillis");
        assertThat(age.getStatistics().getValues()).containsExactly(250);
    }

    @Test
    void keyframesAreCountedByReason() {
        measured.emitted(
                chunk(0, Optional.of(new Beginning(KeyframeReason.GAP, "", Optional.empty(), Optional.empty())), NOW));
        measured.emitted(chunk(1, Optional.empty(), NOW));
        assertThat(count("task.keyframes")).isEqualTo(1);
        assertThat(count("GAP.keyframes")).isEqualTo(1);
        assertThat(count("INTERVAL.keyframes")).isZero();
    }

    private long count(String name) {
        return ((Counter) registered.get(name)).getCount();
    }

    private static Chunk chunk(int position, Optional<Beginning> begins, long lastCapturedAtMillis) {
        Chunk.Span span = new Chunk.Span(0, 3, 4, NOW * 1000 - 900_000, lastCapturedAtMillis * 1000, false, 0, 8, 8);
        return new Chunk("gate", 1, 0, position, span, begins, new byte[0], new byte[0]);
    }
}

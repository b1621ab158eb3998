package io.nolook.flink.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.metrics.groups.GenericMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Silent cameras are counted, the worst are named, and never more than the limit says. */
class CameraWatchTest {
    private static final int MOST = 2;

    private final Map<String, Metric> registered = new TreeMap<>();
    private final GenericMetricGroup group = new GenericMetricGroup(
            TestingMetricRegistry.builder()
                    .setRegisterConsumer((metric, name, of) -> registered.put(of.getMetricIdentifier(name), metric))
                    .setUnregisterConsumer((metric, name, of) -> registered.remove(of.getMetricIdentifier(name)))
                    .build(),
            null,
            "");
    private long now = 1_000_000;
    private final CameraWatch watch = new CameraWatch(group, 30_000, MOST, () -> now);

    @Test
    void countsThoseThatAreSilent() {
        watch.heard("a", now);
        now += 20_000;
        watch.heard("b", now);
        now += 10_000;
        assertThat(value("camerasKnown")).isEqualTo(2);
        assertThat(value("camerasSilent")).isEqualTo(1);
        assertThat(value("longestSilenceSeconds")).isEqualTo(30.0);

        watch.heard("a", now);
        assertThat(value("camerasSilent")).isEqualTo(0);
        assertThat(value("longestSilenceSeconds")).isEqualTo(10.0);
        watch.forgotten("a");
        watch.forgotten("b");
        assertThat(value("camerasKnown")).isEqualTo(0);
        assertThat(value("longestSilenceSeconds")).isEqualTo(0.0);
    }

    @Test
    void namesThoseSilentLongestUpToTheLimit() {
        for (String camera : new String[] {"c", "a", "d", "b"}) {
            watch.heard(camera, now);
            now += 1000;
        }
        now += 28_000; // d has been silent for 29 s + 1
        watch.look();
        assertThat(named("silenceSeconds")).containsOnly(Map.entry("c", 32.0), Map.entry("a", 31.0));

        watch.heard("c", now);
        watch.look();
        assertThat(named("silenceSeconds")).containsOnlyKeys("a", "d");
    }

    /** One chunk under way is how every camera that sends looks. */
    @Test
    void namesThoseWithSeveralChunksUnderWay() {
        for (int i = 0; i < 5; i++) {
            for (String camera : new String[] {"e", "d", "c", "b", "a"}) {
                if (camera.charAt(0) - 'a' >= i) {
                    watch.queued(camera);
                }
            }
        }
        watch.look();
        assertThat(named("chunksPending")).containsOnly(Map.entry("e", 5), Map.entry("d", 4));

        for (int i = 0; i < 4; i++) {
            watch.ran("e");
            watch.ran("d");
        }
        watch.look();
        assertThat(named("chunksPending")).containsOnly(Map.entry("c", 3), Map.entry("b", 2));
    }

    @Test
    void nobodyIsNamedWhoIsWell() {
        watch.heard("a", now);
        watch.queued("a");
        watch.look();
        assertThat(named("silenceSeconds")).isEmpty();
    }

    /** Who stays is told all the time: readers see no gap. */
    @Test
    void whoStaysIsNotNamedAnew() {
        watch.heard("a", now);
        now += 31_000;
        watch.look();
        Metric first = registered.get(identifier("a"));
        watch.queued("b");
        watch.queued("b");
        watch.look();
        assertThat(named("silenceSeconds")).containsOnlyKeys("a", "b");
        assertThat(registered.get(identifier("a"))).isSameAs(first);
    }

    private String identifier(String camera) {
        return registered.keySet().stream()
                .filter(name -> name.endsWith("." + camera + ".silenceSeconds"))
                .findAny()
                .orElseThrow();
    }

    /** However many cameras were the worst, nothing of them stays. */
    @Test
    void namesThatGoLeaveNothing() {
        int before = registered.size();
        for (int i = 0; i < 2100; i++) {
            watch.queued("camera-" + i);
            watch.queued("camera-" + i);
            watch.look();
            assertThat(registered).hasSizeLessThanOrEqualTo(before + 2 * MOST * 2);
            watch.ran("camera-" + i);
            watch.ran("camera-" + i);
        }
        watch.look();
        assertThat(registered).hasSize(before);
        assertThat(group.addGroup("worst").addGroup("camera"))
                .as("closed groups that Flink remembers")
                .extracting("groups", InstanceOfAssertFactories.MAP)
                .hasSizeLessThanOrEqualTo(1001);
    }

    private Object value(String name) {
        return ((Gauge<?>) registered.get(group.getMetricIdentifier(name))).getValue();
    }

    /** Values of a gauge by the camera that it names. */
    private Map<String, Object> named(String name) {
        Map<String, Object> values = new TreeMap<>();
        registered.forEach((identifier, metric) -> {
            if (identifier.endsWith("." + name)) {
                String[] parts = identifier.split("\\.");
                values.put(parts[parts.length - 2], ((Gauge<?>) metric).getValue());
            }
        });
        return values;
    }
}

package io.nolook.flink.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Says of a task's cameras how many are silent, and names the worst.
 *
 * <p>Gauges {@code camerasKnown}, {@code camerasSilent} and {@code longestSilenceSeconds} are of all; {@code silenceSeconds} and
 * {@code chunksPending} of the cameras that are named: at most N that are silent for too long, those silent longest first,
 * and at most N with two or more chunks under way. Who is named is decided at barriers, so that names do not change more
 * often than checkpoints are taken, and there are never more than 2 N.
 *
 * <p>Silence counts from when the operator could hear: after a restore, every camera gets its whole time again. The task
 * thread writes; whoever reports metrics reads.
 */
final class CameraWatch {
    private static final String GROUP = "worst";
    private static final int MANY = 2;
    private static final int MOST_GONE = 1000;

    private final MetricGroup metrics;
    private final long silentAfterMillis;
    private final int most;
    private final LongSupplier clock;
    private final LinkedHashMap<String, Long> heard = new LinkedHashMap<>(); // those heard longest ago first
    private final Map<String, Integer> pending = new HashMap<>();
    private final Map<String, MetricGroup> named = new HashMap<>();
    private int gone;

    /**
     * @param silentAfterMillis from when on a camera is silent
     * @param most cameras that are named for either reason
     * @param clock processing time
     */
    CameraWatch(MetricGroup metrics, long silentAfterMillis, int most, LongSupplier clock) {
        this.metrics = metrics;
        this.silentAfterMillis = silentAfterMillis;
        this.most = most;
        this.clock = clock;
        metrics.gauge("camerasKnown", (Gauge<Integer>) this::known);
        metrics.gauge("camerasSilent", (Gauge<Integer>) this::silent);
        metrics.gauge("longestSilenceSeconds", (Gauge<Double>) this::longest);
    }

    /** An event of a camera has come; a camera of the state is heard of when it is restored. */
    synchronized void heard(String camera, long nowMillis) {
        heard.remove(camera); // to the end
        heard.put(camera, nowMillis);
    }

    synchronized void forgotten(String camera) {
        heard.remove(camera);
    }

    /** A chunk of a camera is queued. */
    synchronized void queued(String camera) {
        pending.merge(camera, 1, Integer::sum);
    }

    /** A chunk of a camera has run. */
    synchronized void ran(String camera) {
        pending.computeIfPresent(camera, (name, count) -> count == 1 ? null : count - 1);
    }

    /** Names the cameras that are worst now; the task thread alone calls it. */
    void look() {
        Set<String> worst = worst();
        if (gone >= MOST_GONE) { // Flink's groups remember their closed ones: all begin anew
            ClosedGroups.close(metrics.addGroup(GROUP));
            named.clear();
            gone = 0;
        }
        worst.forEach(camera -> named.computeIfAbsent(camera, this::name)); // first, so that readers see no gap
        named.entrySet().removeIf(entry -> {
            boolean goes = !worst.contains(entry.getKey());
            if (goes) {
                ClosedGroups.close(entry.getValue());
                gone++;
            }
            return goes;
        });
    }

    private MetricGroup name(String camera) {
        MetricGroup group = metrics.addGroup(GROUP).addGroup("camera", camera);
        group.gauge("silenceSeconds", (Gauge<Double>) () -> silence(camera));
        group.gauge("chunksPending", (Gauge<Integer>) () -> pending(camera));
        return group;
    }

    private synchronized Set<String> worst() {
        Set<String> worst = new LinkedHashSet<>();
        long before = clock.getAsLong() - silentAfterMillis;
        Iterator<Map.Entry<String, Long>> eldest = heard.entrySet().iterator();
        while (worst.size() < most && eldest.hasNext()) {
            Map.Entry<String, Long> next = eldest.next();
            if (next.getValue() > before) {
                break;
            }
            worst.add(next.getKey());
        }
        List<Map.Entry<String, Integer>> behind = new ArrayList<>(pending.entrySet());
        behind.removeIf(entry -> entry.getValue() < MANY);
        behind.sort(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        behind.stream().limit(most).map(Map.Entry::getKey).forEach(worst::add);
        return worst;
    }

    private synchronized int known() {
        return heard.size();
    }

    private synchronized int silent() {
        long before = clock.getAsLong() - silentAfterMillis;
        int silent = 0;
        for (long at : heard.values()) {
            if (at > before) {
                break;
            }
            silent++;
        }
        return silent;
    }

    /** Of the camera heard longest ago; 0 when there is none. */
    private synchronized double longest() {
        Iterator<Long> eldest = heard.values().iterator();
        return eldest.hasNext() ? seconds(eldest.next()) : 0;
    }

    /** Not a number of a camera that was forgotten since it was named. */
    private synchronized double silence(String camera) {
        Long at = heard.get(camera);
        return at == null ? Double.NaN : seconds(at);
    }

    private synchronized int pending(String camera) {
        return pending.getOrDefault(camera, 0);
    }

    private double seconds(long sinceMillis) {
        return Math.max(0, clock.getAsLong() - sinceMillis) / 1e3;
    }
}

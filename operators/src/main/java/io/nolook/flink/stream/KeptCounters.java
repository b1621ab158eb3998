package io.nolook.flink.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.CharacterFilter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counters of an operator that checkpoints keep: sums that survive restarts.
 *
 * <p>Each counter begins at 0 like any of Flink's, since rates are made of it. Beside it stands a gauge of its name and
 * {@code InAll}: what was counted since the job began without state, as of the state that it goes on from. Operator state
 * holds one pair of name and sum for each counter and task; after a rescale a task takes over what it is dealt, and the sum
 * over all tasks is the same. What this version no longer counts is kept.
 */
public final class KeptCounters implements MetricGroup {
    private static final ListStateDescriptor<Tuple2<String, Long>> COUNTS =
            new ListStateDescriptor<>("counts", Types.TUPLE(Types.STRING, Types.LONG));

    private final MetricGroup metrics;
    private final ListState<Tuple2<String, Long>> state;
    private final Map<String, Long> before = new HashMap<>();
    private final Map<String, Counter> counters = new LinkedHashMap<>();

    /**
     * @param metrics where counters and gauges go
     * @param states of the operator, restored
     */
    public KeptCounters(MetricGroup metrics, OperatorStateStore states) throws Exception {
        this.metrics = metrics;
        state = states.getListState(COUNTS);
        for (Tuple2<String, Long> kept : state.get()) {
            before.merge(kept.f0, kept.f1, Long::sum);
        }
    }

    @Override
    public Counter counter(String name) {
        Counter counter = metrics.counter(name);
        counters.put(name, counter);
        long from = before.getOrDefault(name, 0L);
        metrics.gauge(name + "InAll", (Gauge<Long>) () -> from + counter.getCount());
        return counter;
    }

    /** Writes the sums as they are now, at a barrier. */
    public void snapshot() throws Exception {
        Map<String, Long> sums = new LinkedHashMap<>(before);
        counters.forEach((name, counter) -> sums.merge(name, counter.getCount(), Long::sum));
        List<Tuple2<String, Long>> kept = new ArrayList<>();
        sums.forEach((name, sum) -> kept.add(Tuple2.of(name, sum)));
        state.update(kept);
    }

    // all else is the group's own

    @Override
    public <C extends Counter> C counter(String name, C counter) {
        return metrics.counter(name, counter);
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
        return metrics.gauge(name, gauge);
    }

    @Override
    public <H extends Histogram> H histogram(String name, H histogram) {
        return metrics.histogram(name, histogram);
    }

    @Override
    public <M extends Meter> M meter(String name, M meter) {
        return metrics.meter(name, meter);
    }

    @Override
    public MetricGroup addGroup(String name) {
        return metrics.addGroup(name);
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
        return metrics.addGroup(key, value);
    }

    @Override
    public String[] getScopeComponents() {
        return metrics.getScopeComponents();
    }

    @Override
    public Map<String, String> getAllVariables() {
        return metrics.getAllVariables();
    }

    @Override
    public String getMetricIdentifier(String name) {
        return metrics.getMetricIdentifier(name);
    }

    @Override
    public String getMetricIdentifier(String name, CharacterFilter filter) {
        return metrics.getMetricIdentifier(name, filter);
    }
}

package io.nolook.flink.stream;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * One counter for each thing that can become of an event, such as {@code framesLate} for LATE.
 *
 * @param <F> what can become of it
 */
public final class FateCounters<F extends Enum<F>> {
    private final Map<F, Counter> counters;

    /**
     * @param counted what the counters' names begin with
     */
    public FateCounters(MetricGroup metrics, String counted, Class<F> fates) {
        counters = new EnumMap<>(fates);
        for (F fate : fates.getEnumConstants()) {
            String name = fate.name();
            counters.put(
                    fate,
                    metrics.counter(counted + name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT)));
        }
    }

    public void count(F fate) {
        counters.get(fate).inc();
    }
}

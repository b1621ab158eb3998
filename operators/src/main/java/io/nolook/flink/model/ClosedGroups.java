package io.nolook.flink.model;

import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;

/**
 * Takes back metrics that mean nothing any more.
 *
 * <p>Flink's interface of groups cannot; all of its groups can be closed.
 */
final class ClosedGroups {

    private ClosedGroups() {}

    /** What is in the group is told no more; asked for again, it begins anew. */
    static void close(MetricGroup group) {
        if (group instanceof AbstractMetricGroup<?> closeable) {
            closeable.close();
        }
    }
}

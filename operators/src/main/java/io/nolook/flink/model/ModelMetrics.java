package io.nolook.flink.model;

import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** Batches, times and activations of one task that runs a model. */
final class ModelMetrics {
    private static final int WINDOW = 1000;

    private final Counter cacheHits;
    private final Counter rebuilds;
    private final Counter overCommitted;
    private final Counter stateBytesWritten;
    private final Histogram batchRows;
    private final Histogram inferenceMicros;
    private final Histogram postprocessMicros;
    private final Histogram rebuildsPerChunk;

    ModelMetrics(MetricGroup metrics, IntSupplier waiting, IntSupplier running) {
        cacheHits = metrics.counter("activationHits");
        rebuilds = metrics.counter("rebuiltChunks");
        overCommitted = metrics.counter("activationsOverCommitted");
        stateBytesWritten = metrics.counter("stateBytesWritten");
        batchRows = histogram(metrics, "batchRows");
        inferenceMicros = histogram(metrics, "inferenceMicros");
        postprocessMicros = histogram(metrics, "postprocessMicros");
        rebuildsPerChunk = histogram(metrics, "rebuildsPerChunk");
        metrics.gauge("chunksWaiting", (Gauge<Integer>) waiting::getAsInt);
        metrics.gauge("chunksRunning", (Gauge<Integer>) running::getAsInt);
    }

    private static Histogram histogram(MetricGroup metrics, String name) {
        return metrics.histogram(name, new DescriptiveStatisticsHistogram(WINDOW));
    }

    void prepared(int position, int rebuiltChunks) {
        rebuilds.inc(rebuiltChunks);
        rebuildsPerChunk.update(rebuiltChunks);
        if (rebuiltChunks == 0 && position > 0) {
            cacheHits.inc();
        }
    }

    void ran(int rows, long nanos) {
        batchRows.update(rows);
        inferenceMicros.update(nanos / 1000);
    }

    void postprocessed(long nanos) {
        postprocessMicros.update(nanos / 1000);
    }

    /** Bytes of a camera went to keyed state. */
    void wroteState(long bytes) {
        stateBytesWritten.inc(bytes);
    }

    void overCommitted() {
        overCommitted.inc();
    }
}

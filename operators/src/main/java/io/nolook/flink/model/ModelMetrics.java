package io.nolook.flink.model;

import io.nolook.model.StreamModel;
import io.nolook.model.onnx.Providers;
import io.nolook.model.onnx.SessionSettings;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** Batches, times and activations of one task that runs a model. */
final class ModelMetrics {
    private static final int WINDOW = 1000;
    private static final int HASH_CHARACTERS = 12;

    private final Counter cacheHits;
    private final Counter rebuilds;
    private final Counter overCommitted;
    private final Counter stateBytesWritten;
    private final Counter batches;
    private final Counter chunksRun;
    private final Counter busyMicros;
    private final Counter camerasForgotten;
    private final MetricGroup metrics;
    private final Histogram batchRows;
    private final Histogram inferenceMicros;
    private final Histogram postprocessMicros;
    private final Histogram rebuildsPerChunk;

    ModelMetrics(MetricGroup metrics, IntSupplier waiting, IntSupplier running) {
        this.metrics = metrics;
        cacheHits = metrics.counter("activationHits");
        rebuilds = metrics.counter("rebuiltChunks");
        overCommitted = metrics.counter("activationsOverCommitted");
        stateBytesWritten = metrics.counter("stateBytesWritten");
        batches = metrics.counter("batches");
        chunksRun = metrics.counter("chunksRun");
        busyMicros = metrics.counter("inferenceBusyMicros");
        camerasForgotten = metrics.counter("camerasForgotten");
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

    /**
     * Says which model runs, where and on what: a gauge that is 1, with what it says as labels.
     *
     * @param session that was asked for
     */
    void runs(StreamModel<?, ?> model, SessionSettings session) {
        String provider = Providers.of(model.runtimeId());
        int fellBack = Providers.fellBack(session, provider) ? 1 : 0;
        metrics.gauge("cudaFellBack", (Gauge<Integer>) () -> fellBack);
        metrics.addGroup("model", model.spec().name())
                .addGroup(
                        "encoder",
                        model.fileHash()
                                .substring(
                                        0,
                                        Math.min(
                                                HASH_CHARACTERS,
                                                model.fileHash().length())))
                .addGroup("provider", provider)
                .addGroup("runtime", model.runtimeId())
                .gauge("modelRuns", (Gauge<Integer>) () -> 1);
    }

    void prepared(int position, int rebuiltChunks) {
        rebuilds.inc(rebuiltChunks);
        rebuildsPerChunk.update(rebuiltChunks);
        if (rebuiltChunks == 0 && position > 0) {
            cacheHits.inc();
        }
    }

    void ran(int rows, long nanos) {
        batches.inc();
        chunksRun.inc(rows);
        busyMicros.inc(nanos / 1000);
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

    /** A silent camera's state is gone. */
    void forgotten() {
        camerasForgotten.inc();
    }

    void overCommitted() {
        overCommitted.inc();
    }
}

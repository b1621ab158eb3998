package io.nolook.flink.model;

import io.nolook.model.StreamModel;
import io.nolook.model.onnx.Providers;
import io.nolook.model.onnx.SessionSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private Map<String, MetricGroup> told = new HashMap<>();
    private volatile boolean fellBack;
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
        metrics.gauge("cudaFellBack", (Gauge<Integer>) () -> fellBack ? 1 : 0);
        metrics.gauge("chunksWaiting", (Gauge<Integer>) waiting::getAsInt);
        metrics.gauge("chunksRunning", (Gauge<Integer>) running::getAsInt);
    }

    private static Histogram histogram(MetricGroup metrics, String name) {
        return metrics.histogram(name, new DescriptiveStatisticsHistogram(WINDOW));
    }

    /**
     * Says which models are open, where and on what: for each a gauge that is 1, with what it says as labels.
     *
     * @param session that was asked for
     */
    void runs(List<StreamModel<?, ?>> models, SessionSettings session) {
        Map<String, MetricGroup> now = new HashMap<>();
        for (StreamModel<?, ?> model : models) {
            MetricGroup known = told.remove(model.fileHash());
            now.put(model.fileHash(), known == null ? tell(model) : known);
            fellBack |= Providers.fellBack(session, Providers.of(model.runtimeId()));
        }
        told.values().forEach(ClosedGroups::close);
        told = now;
    }

    private MetricGroup tell(StreamModel<?, ?> model) {
        String hash = model.fileHash();
        MetricGroup group = metrics.addGroup("model", model.spec().name())
                .addGroup("encoder", hash.substring(0, Math.min(HASH_CHARACTERS, hash.length())))
                .addGroup("provider", Providers.of(model.runtimeId()))
                .addGroup("runtime", model.runtimeId());
        group.gauge("modelRuns", (Gauge<Integer>) () -> 1);
        return group;
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

package io.nolook.flink;

import io.nolook.window.Chunk;
import io.nolook.window.FrameFate;
import io.nolook.window.KeyframeReason;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** The counters, gauges and histograms of one tokenizing task. */
final class TokenizeMetrics {
    private static final int WINDOW = 1000;

    private final Map<FrameFate, Counter> fates = new EnumMap<>(FrameFate.class);
    private final Counter tokenized;
    private final Counter missing;
    private final Counter skipped;
    private final Counter abandoned;
    private final Counter tokenFrames;
    private final Counter keyframes;
    private final Counter cacheHits;
    private final Counter rebuilds;
    private final Counter overCommitted;
    private final Histogram batchRows;
    private final Histogram inferenceMicros;
    private final Histogram postprocessMicros;
    private final Histogram rebuildsPerChunk;

    TokenizeMetrics(MetricGroup metrics, IntSupplier waiting, IntSupplier running) {
        for (FrameFate fate : FrameFate.values()) {
            fates.put(fate, metrics.counter("frames" + capitalized(fate)));
        }
        tokenized = metrics.counter("framesTokenized");
        missing = metrics.counter("framesMissing");
        skipped = metrics.counter("framesSkipped");
        abandoned = metrics.counter("framesAbandoned");
        tokenFrames = metrics.counter("tokenFrames");
        keyframes = metrics.counter("keyframes");
        cacheHits = metrics.counter("activationHits");
        rebuilds = metrics.counter("rebuiltChunks");
        overCommitted = metrics.counter("activationsOverCommitted");
        batchRows = metrics.histogram("batchRows", new DescriptiveStatisticsHistogram(WINDOW));
        inferenceMicros = metrics.histogram("inferenceMicros", new DescriptiveStatisticsHistogram(WINDOW));
        postprocessMicros = metrics.histogram("postprocessMicros", new DescriptiveStatisticsHistogram(WINDOW));
        rebuildsPerChunk = metrics.histogram("rebuildsPerChunk", new DescriptiveStatisticsHistogram(WINDOW));
        metrics.gauge("chunksWaiting", (Gauge<Integer>) waiting::getAsInt);
        metrics.gauge("chunksRunning", (Gauge<Integer>) running::getAsInt);
    }

    void arrived(FrameFate fate) {
        fates.get(fate).inc();
    }

    void skipped(int frames) {
        skipped.inc(frames);
    }

    void prepared(Chunk chunk, int rebuiltChunks) {
        if (!chunk.keyframe().equals(Optional.of(KeyframeReason.SKIP))) {
            chunk.skipped().ifPresent(range -> missing.inc(range.to() - range.from() + 1));
        }
        rebuilds.inc(rebuiltChunks);
        rebuildsPerChunk.update(rebuiltChunks);
        if (rebuiltChunks == 0 && chunk.position() > 0) {
            cacheHits.inc();
        }
    }

    void ran(int rows, long nanos) {
        batchRows.update(rows);
        inferenceMicros.update(nanos / 1000);
    }

    void emitted(Chunk chunk) {
        tokenized.inc(chunk.span().frames());
        tokenFrames.inc();
        if (chunk.position() == 0) {
            keyframes.inc();
        }
    }

    void postprocessed(long nanos) {
        postprocessMicros.update(nanos / 1000);
    }

    void abandoned(int frames) {
        abandoned.inc(frames);
    }

    void overCommitted() {
        overCommitted.inc();
    }

    private static String capitalized(FrameFate fate) {
        return fate.name().charAt(0) + fate.name().substring(1).toLowerCase(Locale.ROOT);
    }
}

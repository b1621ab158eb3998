package io.nolook.flink.tokenize;

import io.nolook.flink.stream.FateCounters;
import io.nolook.window.Chunk;
import io.nolook.window.FrameFate;
import io.nolook.window.KeyframeReason;
import io.nolook.window.WindowResult;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** What became of the frames of one tokenizing task. */
final class TokenizeMetrics {
    private final FateCounters<FrameFate> fates;
    private final Counter tokenized;
    private final Counter missing;
    private final Counter skipped;
    private final Counter abandoned;
    private final Counter tokenFrames;
    private final Counter keyframes;
    private final Map<KeyframeReason, Counter> keyframesByReason = new EnumMap<>(KeyframeReason.class);
    private final Histogram ageMillis;
    private final LongSupplier clock;

    /**
     * @param clock milliseconds since 1970, which ages are counted to
     */
    TokenizeMetrics(MetricGroup metrics, LongSupplier clock) {
        this.clock = clock;
        fates = new FateCounters<>(metrics, "frames", FrameFate.class);
        tokenized = metrics.counter("framesTokenized");
        missing = metrics.counter("framesMissing");
        skipped = metrics.counter("framesSkipped");
        abandoned = metrics.counter("framesAbandoned");
        tokenFrames = metrics.counter("tokenFrames");
        keyframes = metrics.counter("keyframes");
        for (KeyframeReason reason : KeyframeReason.values()) {
            keyframesByReason.put(
                    reason, metrics.addGroup("reason", reason.name()).counter("keyframes"));
        }
        ageMillis = metrics.histogram("tokenAgeMillis", new DescriptiveStatisticsHistogram(1000));
    }

    void arrived(WindowResult result) {
        fates.count(result.fate());
        skipped.inc(result.skipped());
        abandoned.inc(result.abandoned());
    }

    void wanted(Chunk chunk) {
        if (chunk.keyframe().equals(Optional.of(KeyframeReason.GAP))) {
            chunk.skipped().ifPresent(range -> missing.inc(range.to() - range.from() + 1));
        }
    }

    void emitted(Chunk chunk) {
        tokenized.inc(chunk.span().frames());
        tokenFrames.inc();
        ageMillis.update(clock.getAsLong() - chunk.span().lastCapturedAtMicros() / 1000);
        if (chunk.position() == 0) {
            keyframes.inc();
            chunk.keyframe().map(keyframesByReason::get).ifPresent(Counter::inc);
        }
    }

    void abandoned(int frames) {
        abandoned.inc(frames);
    }
}

package io.nolook.flink.tokenize;

import io.nolook.flink.stream.FateCounters;
import io.nolook.window.Chunk;
import io.nolook.window.FrameFate;
import io.nolook.window.KeyframeReason;
import io.nolook.window.WindowResult;
import java.util.Optional;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What became of the frames of one tokenizing task. */
final class TokenizeMetrics {
    private final FateCounters<FrameFate> fates;
    private final Counter tokenized;
    private final Counter missing;
    private final Counter skipped;
    private final Counter abandoned;
    private final Counter tokenFrames;
    private final Counter keyframes;

    TokenizeMetrics(MetricGroup metrics) {
        fates = new FateCounters<>(metrics, "frames", FrameFate.class);
        tokenized = metrics.counter("framesTokenized");
        missing = metrics.counter("framesMissing");
        skipped = metrics.counter("framesSkipped");
        abandoned = metrics.counter("framesAbandoned");
        tokenFrames = metrics.counter("tokenFrames");
        keyframes = metrics.counter("keyframes");
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
        if (chunk.position() == 0) {
            keyframes.inc();
        }
    }

    void abandoned(int frames) {
        abandoned.inc(frames);
    }
}

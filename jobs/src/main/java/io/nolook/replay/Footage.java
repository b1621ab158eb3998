package io.nolook.replay;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.schema.TokenFrame;
import io.nolook.window.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How footage plays: at its own pace, as it was captured, but for gaps, which are jumped.
 *
 * <p>A gap is time between two frames that is longer than a second and than {@value #INTERVALS_OF_A_GAP} of the usual
 * ones, whatever the reason: so a camera of one picture a minute has none. In place of a gap the usual time passes, as
 * where a clock went back. The usual time between two frames is the median of the stretch.
 */
public final class Footage {
    private static final long SHORTEST_GAP_MICROS = TimeUnit.SECONDS.toMicros(1);
    private static final int INTERVALS_OF_A_GAP = 10;
    private static final double FRAMES_PER_SECOND = 25;
    private static final double SLOWEST_VIDEO = 0.1;
    private static final double FASTEST_VIDEO = 240;

    /**
     * Time of which there are no pictures.
     *
     * @param fromMicros capture time of the frame before
     * @param toMicros capture time of the frame after
     */
    public record Gap(long fromMicros, long toMicros) {}

    private final long usualMicros;
    private final double framesPerSecond;
    private final List<Gap> gaps = new ArrayList<>();

    private Footage(List<Chunk.Span> spans) {
        long[] intervals = intervals(spans);
        usualMicros = intervals.length == 0
                ? Math.round(TimeUnit.SECONDS.toMicros(1) / FRAMES_PER_SECOND)
                : intervals[intervals.length / 2];
        long[] played = Arrays.stream(intervals)
                .filter(interval -> interval <= longestMicros())
                .toArray();
        framesPerSecond = played.length == 0
                ? 1e6 / usualMicros
                : played.length * 1e6 / LongStream.of(played).sum();
        Chunk.Span before = null;
        for (Chunk.Span span : spans) {
            if (before != null && span.firstCapturedAtMicros() - before.lastCapturedAtMicros() > longestMicros()) {
                gaps.add(new Gap(before.lastCapturedAtMicros(), span.firstCapturedAtMicros()));
            }
            if (each(span) > longestMicros()) {
                gaps.add(new Gap(span.firstCapturedAtMicros(), span.lastCapturedAtMicros()));
            }
            before = span;
        }
    }

    /** Of token frames in the order in which they play. */
    static Footage of(List<Chunk.Span> spans) {
        return new Footage(spans);
    }

    /**
     * Of the token frames of segments that reach into a stretch of time; those that cannot be read are left out.
     *
     * @param segments in the order in which they play
     */
    public static Footage of(List<CodedSegment> segments, long fromMicros, long toMicros) {
        List<Chunk.Span> spans = new ArrayList<>();
        for (CodedSegment segment : segments) {
            try {
                SegmentCoder.spans(segment).stream()
                        .filter(span ->
                                span.lastCapturedAtMicros() >= fromMicros && span.firstCapturedAtMicros() <= toMicros)
                        .forEach(spans::add);
            } catch (SegmentException e) {
                continue; // whoever replays it says so
            }
        }
        return new Footage(spans);
    }

    /** Times between all frames, above 0, the shortest first; those within a token frame are alike. */
    private static long[] intervals(List<Chunk.Span> spans) {
        LongStream.Builder intervals = LongStream.builder();
        Chunk.Span before = null;
        for (Chunk.Span span : spans) {
            if (before != null) {
                intervals.add(span.firstCapturedAtMicros() - before.lastCapturedAtMicros());
            }
            for (int frame = 1; frame < span.frames(); frame++) {
                intervals.add(each(span));
            }
            before = span;
        }
        return intervals.build().filter(interval -> interval > 0).sorted().toArray();
    }

    private static long each(Chunk.Span span) {
        return span.frames() < 2
                ? 0
                : (span.lastCapturedAtMicros() - span.firstCapturedAtMicros()) / (span.frames() - 1);
    }

    private long longestMicros() {
        return Math.max(SHORTEST_GAP_MICROS, INTERVALS_OF_A_GAP * usualMicros);
    }

    /** The mean over what plays. */
    public double framesPerSecond() {
        return framesPerSecond;
    }

    /** Of a video of it: the mean over what plays, within what players take. */
    public double videoFramesPerSecond() {
        return Math.max(SLOWEST_VIDEO, Math.min(FASTEST_VIDEO, framesPerSecond));
    }

    /** What is jumped, in order. */
    public List<Gap> gaps() {
        return List.copyOf(gaps);
    }

    /**
     * How long after the last frame of a token frame the last one of the next plays.
     *
     * @param before null at the beginning: what plays first plays at once
     */
    public long playsAfterMicros(@Nullable TokenFrame before, TokenFrame frame) {
        if (before == null) {
            return 0;
        }
        int intervals = frame.getFrames() - 1;
        long within = intervals == 0
                ? 0
                : intervals * played((frame.getLastCapturedAtMicros() - frame.getFirstCapturedAtMicros()) / intervals);
        return played(frame.getFirstCapturedAtMicros() - before.getLastCapturedAtMicros()) + within;
    }

    private long played(long interval) {
        return interval < 0 || interval > longestMicros() ? usualMicros : interval;
    }
}

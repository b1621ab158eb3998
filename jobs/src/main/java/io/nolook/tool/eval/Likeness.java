package io.nolook.tool.eval;

import io.nolook.quality.RateCurve;
import io.nolook.report.Text;
import io.nolook.tool.eval.Comparison.Metric;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The rate at which H.264 looks as good as the tokens: what decibels mean to people who know video.
 *
 * @param metric in which they are equal
 * @param kilobitsPerSecond of H.264; where it was not measured as good or as bad, of its nearest point
 * @param side where the rate of equal quality lies
 */
public record Likeness(Metric metric, double kilobitsPerSecond, Side side) {

    /** Where a rate lies. */
    public enum Side {
        AT,
        BELOW,
        ABOVE
    }

    /**
     * In every metric that the picture size allows.
     *
     * @param tokens the quality of the tokens
     * @param points of H.264 among other codecs, of the same pictures; none where it was not measured
     * @param pixelsPerSecond of the pictures
     */
    static List<Likeness> of(Scores tokens, List<CodecPoint> points, double pixelsPerSecond) {
        if (points.isEmpty()) {
            return List.of();
        }
        return List.of(Metric.values()).stream()
                .filter(metric -> !Double.isNaN(metric.of(tokens)))
                .map(metric -> of(
                        metric,
                        metric.of(tokens),
                        CodecPoint.curve(points, VideoCodec.H264, metric::of),
                        pixelsPerSecond / 1000))
                .toList();
    }

    private static Likeness of(Metric metric, double quality, RateCurve curve, double kilopixelsPerSecond) {
        OptionalDouble rate = curve.rateAt(quality);
        if (rate.isPresent()) {
            return new Likeness(metric, rate.getAsDouble() * kilopixelsPerSecond, Side.AT);
        }
        RateCurve.Point end = curve.endTowards(quality);
        Side side = quality < end.quality() ? Side.BELOW : Side.ABOVE;
        return new Likeness(metric, end.rate() * kilopixelsPerSecond, side);
    }

    String text() {
        String sign = switch (side) {
            case AT -> "";
            case BELOW -> "< ";
            case ABOVE -> "> ";
        };
        return sign + Text.format(kilobitsPerSecond < 10 ? "%.1f kbit/s" : "%.0f kbit/s", kilobitsPerSecond);
    }
}

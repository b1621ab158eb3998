package io.nolook.tool.eval;

import io.nolook.quality.RateCurve;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A codec at one setting, on one clip or pooled over clips.
 *
 * @param codec which
 * @param rateFactor CRF
 * @param bytes of the elementary streams
 * @param bitsPerPixel all bits over all pixels
 * @param scores of the clip, or their means over the clips
 */
public record CodecPoint(VideoCodec codec, int rateFactor, long bytes, double bitsPerPixel, Scores scores) {

    /** Pools the points of several clips by codec and rate factor. */
    static List<CodecPoint> pool(List<List<CodecPoint>> clips, long pixels) {
        List<CodecPoint> pooled = new ArrayList<>();
        for (int p = 0; p < clips.get(0).size(); p++) {
            int at = p;
            List<CodecPoint> same = clips.stream().map(points -> points.get(at)).toList();
            long bytes = same.stream().mapToLong(CodecPoint::bytes).sum();
            Scores scores = Scores.mean(same.stream().map(CodecPoint::scores).toList());
            CodecPoint first = same.get(0);
            pooled.add(new CodecPoint(first.codec, first.rateFactor, bytes, 8.0 * bytes / pixels, scores));
        }
        return pooled;
    }

    /** Of each codec the point whose rate is nearest, by ratio. */
    static Map<VideoCodec, CodecPoint> nearest(List<CodecPoint> points, double bitsPerPixel) {
        Map<VideoCodec, CodecPoint> nearest = new EnumMap<>(VideoCodec.class);
        for (VideoCodec codec : VideoCodec.values()) {
            points.stream()
                    .filter(point -> point.codec == codec)
                    .min(Comparator.comparingDouble(point -> Math.abs(Math.log(point.bitsPerPixel / bitsPerPixel))))
                    .ifPresent(point -> nearest.put(codec, point));
        }
        return nearest;
    }

    static RateCurve curve(List<CodecPoint> points, VideoCodec codec, ToDoubleFunction<Scores> metric) {
        return new RateCurve(points.stream()
                .filter(point -> point.codec == codec)
                .map(point -> new RateCurve.Point(point.bitsPerPixel, metric.applyAsDouble(point.scores)))
                .toList());
    }
}

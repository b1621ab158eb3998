package io.nolook.quality;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Quality over rate, straight between the measured points on a logarithmic rate axis.
 *
 * <p>Nothing is guessed beyond the first and last point.
 */
public final class RateCurve {
    private final List<Point> points;

    /**
     * One measurement.
     *
     * @param rate above 0, such as bits per pixel
     * @param quality in any unit, higher is better
     */
    public record Point(double rate, double quality) {}

    /**
     * @param points at least one, in any order; quality is taken to rise with rate
     */
    public RateCurve(List<Point> points) {
        if (points.isEmpty() || points.stream().anyMatch(point -> !(point.rate > 0))) {
            throw new IllegalArgumentException("found points " + points + ", expected some, of rates above 0");
        }
        this.points =
                points.stream().sorted(Comparator.comparingDouble(Point::rate)).toList();
    }

    public Point first() {
        return points.get(0);
    }

    public Point last() {
        return points.get(points.size() - 1);
    }

    /** The end that is nearer to a quality outside of the measured ones. */
    public Point endTowards(double quality) {
        return quality < first().quality ? first() : last();
    }

    /** Empty outside of the measured rates. */
    public OptionalDouble qualityAt(double rate) {
        for (int i = 1; i < points.size(); i++) {
            Point low = points.get(i - 1);
            Point high = points.get(i);
            if (rate >= low.rate && rate <= high.rate) {
                double share = share(Math.log(low.rate), Math.log(high.rate), Math.log(rate));
                return OptionalDouble.of(low.quality + share * (high.quality - low.quality));
            }
        }
        return OptionalDouble.empty();
    }

    /** The lowest rate of that quality; empty outside of the measured qualities. */
    public OptionalDouble rateAt(double quality) {
        for (int i = 1; i < points.size(); i++) {
            Point low = points.get(i - 1);
            Point high = points.get(i);
            if (quality >= low.quality && quality <= high.quality) {
                double share = share(low.quality, high.quality, quality);
                return OptionalDouble.of(Math.exp(Math.log(low.rate) + share * Math.log(high.rate / low.rate)));
            }
        }
        return OptionalDouble.empty();
    }

    private static double share(double low, double high, double at) {
        return high == low ? 0 : (at - low) / (high - low);
    }
}

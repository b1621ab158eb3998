package io.nolook.tool.eval;

import java.util.ArrayList;
import java.util.List;

/**
 * How long steps of a batch of one took, wall time.
 *
 * @param millisPerFrame mean
 * @param stepMillisP50 median step
 * @param stepMillisP99 of all steps
 * @param steps measured, the first ones left out
 */
public record Speed(double millisPerFrame, double stepMillisP50, double stepMillisP99, int steps) {
    private static final int WARMUP = 5;

    /** At most the first {@value #WARMUP} steps warm the runtime up and are left out. */
    static Speed of(List<Double> stepMillis, int chunkFrames) {
        List<Double> sorted =
                new ArrayList<>(stepMillis.subList(Math.min(WARMUP, stepMillis.size() - 1), stepMillis.size()));
        sorted.sort(null);
        double mean = sorted.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        return new Speed(mean / chunkFrames, at(sorted, 0.5), at(sorted, 0.99), sorted.size());
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(share * sorted.size()) - 1));
    }
}

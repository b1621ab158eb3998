package io.nolook.generation;

/**
 * When what a camera shows counts as unusual.
 *
 * @param threshold bits a token beyond what is usual from which it does, above 0
 * @param release bits below which it no longer does, above 0, at most {@code threshold}
 * @param mostMicros after so long in capture time it is over, and what is usual is learned anew; above 0
 */
public record AnomalyThresholds(double threshold, double release, long mostMicros) {

    public AnomalyThresholds {
        if (!(threshold > 0 && threshold <= 100)) {
            throw new IllegalArgumentException(
                    "anomaly.threshold: found " + threshold + ", expected above 0 and at most 100");
        }
        if (!(release > 0 && release <= threshold)) {
            throw new IllegalArgumentException("anomaly.release: found " + release
                    + ", expected above 0 and at most anomaly.threshold = " + threshold);
        }
        if (mostMicros <= 0) {
            throw new IllegalArgumentException("anomaly.max-duration: found " + mostMicros + " us, expected above 0");
        }
    }
}

package io.nolook.recognition;

/**
 * When scores become events.
 *
 * @param threshold probability from which a label is seen, above 0, at most 1
 * @param release probability below which it is no longer, above 0, at most {@code threshold}
 * @param minDurationMicros how long it must be seen before it is reported, at least 0
 * @param background index of the label that is never reported, -1 for none
 */
public record EventThresholds(double threshold, double release, long minDurationMicros, int background) {

    public EventThresholds {
        if (!(threshold > 0 && threshold <= 1)) {
            throw new IllegalArgumentException(
                    "action.threshold: found " + threshold + ", expected above 0 and at most 1");
        }
        if (!(release > 0 && release <= threshold)) {
            throw new IllegalArgumentException("action.release: found " + release
                    + ", expected above 0 and at most action.threshold = " + threshold);
        }
        if (minDurationMicros < 0) {
            throw new IllegalArgumentException(
                    "action.min-duration: found " + minDurationMicros + " us, expected at least 0");
        }
    }
}

package io.nolook.generation;

import java.util.Arrays;
import java.util.Optional;

/**
 * What is known of a camera that is watched for anomalies: an immutable value, its keyed state.
 *
 * @param usual for the camera
 * @param recent levels of the newest token frames, oldest first, at most {@link Usual#BLOCK}, bits
 * @param active what it shows that is unusual, told already
 * @param quiet token frames since the newest that showed it
 */
public record Watched(Usual usual, float[] recent, Optional<Anomaly> active, int quiet) {

    /** Nothing is known. */
    public static final Watched NEW = new Watched(Usual.UNKNOWN, new float[0], Optional.empty(), 0);

    /** The newest levels with one more. */
    float[] recentWith(float level) {
        int from = recent.length < Usual.BLOCK ? 0 : 1;
        float[] levels = Arrays.copyOfRange(recent, from, recent.length + 1);
        levels[levels.length - 1] = level;
        return levels;
    }
}

package io.nolook.tool.generation;

import java.util.List;
import java.util.Map;

/**
 * All that was found.
 *
 * @param predictor name and version
 * @param tokens that were scored
 * @param bitsPerToken by name
 * @param natsPerToken of the predictor, summed over the factors: the 1X World Model Challenge's cross-entropy
 * @param clips each by itself
 * @param continuations at several horizons
 * @param anomalies of disturbed clips; empty where they were not asked for
 * @param falseEvents that began in undisturbed footage
 * @param undisturbedHours of that footage
 * @param cost wall time of a token frame, batch of one, one thread
 */
public record GenerationReport(
        String predictor,
        long tokens,
        Map<String, Double> bitsPerToken,
        double natsPerToken,
        List<ClipBits> clips,
        List<Continuations.Figure> continuations,
        List<PlantedAnomalies.Figure> anomalies,
        int falseEvents,
        double undisturbedHours,
        Cost cost) {

    /** Bits a token of one clip. */
    public record ClipBits(String name, int tokenFrames, double predictor, double contextCoder) {}

    /** Milliseconds a token frame, medians. */
    public record Cost(double tokenizeMillis, double surpriseMillis) {}
}

package io.nolook.recognition;

import java.util.List;
import java.util.stream.IntStream;

/** One decision for a whole clip, of the probabilities after each of its token frames. */
public final class ClipDecision {
    private static final double LEAST = 1e-6; // a probability of 0 rules nothing out

    private ClipDecision() {}

    /**
     * The clip's probabilities, which sum to 1.
     *
     * @param steps those after each token frame, at least one
     */
    public static double[] of(RecognizerSpec spec, List<float[]> steps) {
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("found a clip of no token frames, expected at least one");
        }
        List<float[]> counted =
                spec.decision() == RecognizerSpec.Decision.LAST ? steps.subList(steps.size() - 1, steps.size()) : steps;
        double[] weights = new double[spec.labels().size()];
        for (int label = 0; label < weights.length; label++) {
            int which = label;
            weights[label] = Math.exp(counted.stream()
                    .mapToDouble(step -> Math.log(Math.max(LEAST, step[which])))
                    .average()
                    .orElseThrow());
        }
        double sum =
                IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
        for (int label = 0; label < weights.length; label++) {
            weights[label] /= sum;
        }
        return weights;
    }

    /** Index of the largest probability; the first of equals. */
    public static int best(double[] probabilities) {
        return IntStream.range(0, probabilities.length)
                .reduce((a, b) -> probabilities[b] > probabilities[a] ? b : a)
                .orElseThrow();
    }
}

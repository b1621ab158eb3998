package io.nolook.tool.actions;

import io.nolook.recognition.ClipDecision;
import io.nolook.recognition.RecognizerSpec;
import java.util.List;
import java.util.function.Predicate;

/**
 * How often a recognizer is right, over labelled clips.
 *
 * <p>{@code top1}: the likeliest of the labels that the folder has. {@code openTop1}: of all labels of the recognizer,
 * so that a clip taken for background, or for something the folder does not have, is wrong.
 *
 * @param recognizer name and version
 * @param clips how many
 * @param top1 share, 0 to 1
 * @param openTop1 share, 0 to 1
 * @param calibrationError expected calibration error of the open decision, ten bins
 * @param labels of the folder: rows of the confusion matrix
 * @param recognized labels of the recognizer: its columns
 * @param confusion counts [label][recognized]
 * @param results one a clip
 */
public record ActionEvaluation(
        String recognizer,
        int clips,
        double top1,
        double openTop1,
        double calibrationError,
        List<String> labels,
        List<String> recognized,
        long[][] confusion,
        List<ClipResult> results) {
    private static final int BINS = 10;

    /**
     * One clip.
     *
     * @param clip path
     * @param label what it shows
     * @param closed the likeliest of the folder's labels
     * @param open the likeliest of all labels
     * @param probability of {@code open}
     */
    public record ClipResult(String clip, String label, String closed, String open, double probability) {}

    /**
     * The result of one clip.
     *
     * @param decision probabilities of the recognizer's labels
     */
    public static ClipResult result(
            LabelledClips.Clip clip, RecognizerSpec spec, List<String> folderLabels, double[] decision) {
        double[] among = new double[decision.length];
        for (int i = 0; i < decision.length; i++) {
            among[i] = folderLabels.contains(spec.labels().get(i)) ? decision[i] : -1;
        }
        int open = ClipDecision.best(decision);
        return new ClipResult(
                clip.path().toString(),
                clip.label(),
                spec.labels().get(ClipDecision.best(among)),
                spec.labels().get(open),
                decision[open]);
    }

    /**
     * Refuses folders of which none is named for a label.
     *
     * @throws IllegalArgumentException naming both
     */
    public static void requireKnown(RecognizerSpec spec, List<String> folderLabels) {
        if (folderLabels.stream().noneMatch(spec.labels()::contains)) {
            throw new IllegalArgumentException(
                    "found folders " + folderLabels + ", expected some of the recognizer's labels: " + spec.labels());
        }
    }

    /**
     * Sums up the results.
     *
     * @param recognizer name and version
     */
    public static ActionEvaluation of(
            String recognizer, RecognizerSpec spec, List<String> folderLabels, List<ClipResult> results) {
        long[][] confusion = new long[folderLabels.size()][spec.labels().size()];
        for (ClipResult result : results) {
            confusion[folderLabels.indexOf(result.label())][spec.labels().indexOf(result.open())]++;
        }
        return new ActionEvaluation(
                recognizer,
                results.size(),
                share(results, result -> result.closed().equals(result.label())),
                share(results, result -> result.open().equals(result.label())),
                calibrationError(results),
                folderLabels,
                spec.labels(),
                confusion,
                results);
    }

    private static double share(List<ClipResult> results, Predicate<ClipResult> right) {
        return (double) results.stream().filter(right).count() / results.size();
    }

    /** Guo et al., "On Calibration of Modern Neural Networks", 2017: mean gap of confidence and accuracy over bins. */
    private static double calibrationError(List<ClipResult> results) {
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
            int which = bin;
            List<ClipResult> in = results.stream()
                    .filter(result -> Math.min(BINS - 1, (int) (result.probability() * BINS)) == which)
                    .toList();
            double confidence =
                    in.stream().mapToDouble(ClipResult::probability).average().orElse(0);
            double accuracy =
                    in.isEmpty() ? 0 : share(in, result -> result.open().equals(result.label()));
            error += Math.abs(confidence - accuracy) * in.size() / results.size();
        }
        return error;
    }
}

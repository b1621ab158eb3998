package io.nolook.recognition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns the scores of a camera into events, with hysteresis; a pure step.
 *
 * <pre>
 *                p >= threshold                    seen for min-duration
 *   nothing ------------------------> candidate ------------------------> active: BEGUN is told
 *      ^                                  | p < release                      |
 *      +----------------------------------+                                  | p < release, another label
 *      +------------------------ ENDED is told <-----------------------------+ or a new run
 * </pre>
 *
 * <p>At most one label is seen at a time: the likeliest that is not the background. No event spans a gap.
 */
public final class EventDetector {
    private final EventThresholds rules;

    /**
     * What a camera shows at present.
     *
     * @param action candidate or active
     * @param told whether its beginning was told: it is active
     */
    public record Seen(Action action, boolean told) {}

    /** The new state, and the events of this step in order. */
    public record Result(Optional<Seen> seen, List<Action> events) {}

    public EventDetector(EventThresholds rules) {
        this.rules = rules;
    }

    /**
     * @param before what the camera showed, empty when nothing
     * @param scores after its next token frame
     */
    public Result step(Optional<Seen> before, Scores scores) {
        List<Action> events = new ArrayList<>(2);
        Optional<Seen> seen = before;
        if (seen.isPresent() && !lasts(seen.get().action(), scores)) {
            events.addAll(end(seen));
            seen = Optional.empty();
        }
        int likeliest = likeliest(scores.probabilities());
        if (seen.isPresent()) {
            seen = Optional.of(
                    new Seen(seen.get().action().with(scores), seen.get().told()));
        } else if (scores.probabilities()[likeliest] >= rules.threshold()) {
            seen = Optional.of(new Seen(Action.begun(likeliest, scores), false));
        }
        return new Result(seen.map(now -> told(now, events)), events);
    }

    /** What is still seen ends: the camera is silent, or its stream is over. */
    public List<Action> end(Optional<Seen> seen) {
        return seen.filter(Seen::told).map(last -> last.action().over()).stream()
                .toList();
    }

    private boolean lasts(Action action, Scores scores) {
        int likeliest = likeliest(scores.probabilities());
        boolean another = likeliest != action.label() && scores.probabilities()[likeliest] >= rules.threshold();
        return scores.position() > 0
                && scores.epoch() == action.epoch()
                && scores.probabilities()[action.label()] >= rules.release()
                && !another;
    }

    private Seen told(Seen seen, List<Action> events) {
        Action action = seen.action();
        if (seen.told() || action.durationMicros() < rules.minDurationMicros()) {
            return seen;
        }
        events.add(action);
        return new Seen(action, true);
    }

    /** The likeliest label but the background; the first of equals. */
    private int likeliest(float[] probabilities) {
        int best = rules.background() == 0 ? 1 : 0;
        for (int label = best + 1; label < probabilities.length; label++) {
            if (label != rules.background() && probabilities[label] > probabilities[best]) {
                best = label;
            }
        }
        return best;
    }
}

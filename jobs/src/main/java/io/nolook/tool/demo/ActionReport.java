package io.nolook.tool.demo;

import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionState;
import java.util.List;

/**
 * What a demo recognized.
 *
 * @param actions that were seen, ended ones only, in the order of the topic
 * @param reported how many beginnings were told
 * @param p50Millis from the capture of the last frame an action's beginning needed to its arrival, NaN of none
 * @param p99Millis the same, 99th percentile
 */
public record ActionReport(List<Seen> actions, int reported, double p50Millis, double p99Millis) {

    /** An action from its first frame to its last. */
    public record Seen(String camera, String label, long startMicros, long endMicros, float confidence) {}

    static ActionReport of(List<ActionEvent> events, List<Long> reportMicros) {
        List<Seen> seen = events.stream()
                .filter(event -> event.getState() == ActionState.ENDED)
                .map(event -> new Seen(
                        event.getCamera(),
                        event.getLabel(),
                        event.getStartMicros(),
                        event.getEndMicros(),
                        event.getConfidence()))
                .toList();
        return new ActionReport(
                seen,
                reportMicros.size(),
                TokenWatcher.percentileMillis(reportMicros, 50),
                TokenWatcher.percentileMillis(reportMicros, 99));
    }
}

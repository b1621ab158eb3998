package io.nolook.offline;

import io.nolook.recognition.EventDetector;
import io.nolook.recognition.EventThresholds;
import io.nolook.record.ActionEvents;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the actions in one camera's scores: the job's detector, without Kafka and Flink. */
public final class OfflineDetector {

    private OfflineDetector() {}

    /** The events of all the scores that there are, in order; what is still shown at the last of them ends there. */
    public static List<ActionEvent> events(List<ActionScores> scores, EventThresholds rules) {
        EventDetector detector = new EventDetector(rules);
        List<ActionEvent> events = new ArrayList<>();
        Optional<EventDetector.Seen> seen = Optional.empty();
        for (ActionScores step : scores) {
            EventDetector.Result result = detector.step(seen, ActionEvents.scores(step));
            seen = result.seen();
            result.events().forEach(action -> events.add(ActionEvents.of(action, step)));
        }
        if (!scores.isEmpty()) {
            ActionScores last = scores.get(scores.size() - 1);
            detector.end(seen).forEach(action -> events.add(ActionEvents.of(action, last)));
        }
        return events;
    }
}

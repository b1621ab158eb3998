package io.nolook.flink.recognize;

import io.nolook.flink.stream.EventOperator;
import io.nolook.recognition.Action;
import io.nolook.recognition.EventDetector;
import io.nolook.recognition.EventDetector.Seen;
import io.nolook.record.ActionEvents;
import io.nolook.record.KeptAction;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.metrics.Counter;

/** Scores in, actions out, by {@link EventDetector}; keeps nothing of a camera that shows nothing. */
public final class ActionEventOperator extends EventOperator<ActionScores, KeptAction, ActionEvent> {
    private static final long serialVersionUID = 1;

    private final RecognizeSettings settings;

    private transient SingleObject<ActionScores> format;
    private transient Counter begun;
    private transient Counter ended;

    public ActionEventOperator(RecognizeSettings settings) {
        super("action-seen", "action-silence", settings.inference().cameraIdleTtlMillis());
        this.settings = settings;
    }

    @Override
    public void open() throws Exception {
        super.open();
        format = SingleObject.actionScores();
        begun = getMetricGroup().counter("actionsBegun");
        ended = getMetricGroup().counter("actionsEnded");
    }

    @Override
    protected Step<KeptAction, ActionEvent> step(Optional<KeptAction> before, ActionScores scores, long nowMillis) {
        List<ActionEvent> events = new ArrayList<>();
        Optional<Seen> seen = before.map(KeptAction::seen);
        if (before.isPresent() && !ActionEvents.sameRecognizer(before.get().scores(), scores)) {
            events.addAll(end(before.get())); // another recognizer: its labels are others
            seen = Optional.empty();
        }
        EventDetector.Result result = detector(scores).step(seen, ActionEvents.scores(scores));
        events.addAll(records(result.events(), scores));
        return new Step<>(result.seen().map(now -> new KeptAction(nowMillis, now, scores)), events);
    }

    private EventDetector detector(ActionScores scores) {
        return new EventDetector(settings.eventThresholds(ActionEvents.background(scores)));
    }

    @Override
    protected List<ActionEvent> end(KeptAction last) {
        return records(detector(last.scores()).end(Optional.of(last.seen())), last.scores());
    }

    private List<ActionEvent> records(List<Action> actions, ActionScores scores) {
        return actions.stream()
                .map(action -> {
                    (action.ended() ? ended : begun).inc();
                    return ActionEvents.of(action, scores);
                })
                .toList();
    }

    @Override
    protected long arrivalMillis(KeptAction known) {
        return known.arrivalMillis();
    }

    @Override
    protected byte[] encode(KeptAction known) {
        return known.encode(format);
    }

    @Override
    protected KeptAction decode(byte[] bytes) throws IOException {
        return KeptAction.decode(bytes, format);
    }
}

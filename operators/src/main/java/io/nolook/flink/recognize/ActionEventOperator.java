package io.nolook.flink.recognize;

import io.nolook.flink.stream.SilenceClock;
import io.nolook.recognition.Action;
import io.nolook.recognition.EventDetector;
import io.nolook.recognition.EventDetector.Seen;
import io.nolook.record.ActionEvents;
import io.nolook.record.KeptAction;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Scores in, events out, by {@link EventDetector}, keyed by camera.
 *
 * <p>Keeps what a camera shows at present, and nothing of a camera that shows nothing. What is shown ends when the
 * camera is silent for {@code camera.idle-ttl}, and at the end of a bounded input.
 */
public final class ActionEventOperator extends AbstractStreamOperator<ActionEvent>
        implements OneInputStreamOperator<ActionScores, ActionEvent>,
                BoundedOneInput,
                Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1;
    private static final String SEEN = "action-seen";

    private final RecognizeSettings settings;

    private transient SingleObject<ActionScores> format;
    private transient ValueStateDescriptor<byte[]> descriptor;
    private transient ValueState<byte[]> seen;
    private transient SilenceClock silence;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient Counter begun;
    private transient Counter ended;

    public ActionEventOperator(RecognizeSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open() throws Exception {
        super.open();
        format = SingleObject.actionScores();
        descriptor = new ValueStateDescriptor<>(SEEN, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        seen = getPartitionedState(descriptor);
        silence = new SilenceClock(settings.inference().cameraIdleTtlMillis());
        timers = getInternalTimerService("action-silence", VoidNamespaceSerializer.INSTANCE, this);
        begun = getMetricGroup().counter("actionsBegun");
        ended = getMetricGroup().counter("actionsEnded");
    }

    @Override
    public void processElement(StreamRecord<ActionScores> element) throws Exception {
        ActionScores scores = element.getValue();
        long now = getProcessingTimeService().getCurrentProcessingTime();
        Optional<KeptAction> before = kept();
        if (before.isPresent() && !ActionEvents.sameRecognizer(before.get().scores(), scores)) {
            end(before.get()); // another recognizer: its labels are others
            before = Optional.empty();
        }
        EventDetector detector = detector(scores);
        EventDetector.Result result = detector.step(before.map(KeptAction::seen), ActionEvents.scores(scores));
        emit(result.events(), scores);
        Optional<Seen> after = result.seen();
        if (after.isPresent()) {
            seen.update(new KeptAction(now, after.get(), scores).encode(format));
        } else if (before.isPresent()) {
            seen.clear();
        }
        if (after.isPresent() && before.isEmpty()) {
            timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, silence.firstLook(now));
        }
    }

    private Optional<KeptAction> kept() throws IOException {
        byte[] stored = seen.value();
        return stored == null ? Optional.empty() : Optional.of(KeptAction.decode(stored, format));
    }

    private EventDetector detector(ActionScores scores) {
        return new EventDetector(settings.eventThresholds(ActionEvents.background(scores)));
    }

    private void end(KeptAction last) throws IOException {
        emit(detector(last.scores()).end(Optional.of(last.seen())), last.scores());
        seen.clear();
    }

    private void emit(List<Action> actions, ActionScores scores) {
        for (Action action : actions) {
            (action.ended() ? ended : begun).inc();
            output.collect(new StreamRecord<>(ActionEvents.of(action, scores)));
        }
    }

    @Override
    public void endInput() throws Exception {
        List<String> cameras;
        try (Stream<String> keys =
                this.<String>getKeyedStateBackend().getKeys(descriptor.getName(), VoidNamespace.INSTANCE)) {
            cameras = keys.sorted().toList();
        }
        for (String camera : cameras) {
            setCurrentKey(camera);
            Optional<KeptAction> last = kept();
            if (last.isPresent()) { // else a timer ended it meanwhile
                end(last.get());
            }
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        Optional<KeptAction> last = kept();
        if (last.isEmpty()) {
            return;
        }
        OptionalLong again = silence.lookAgain(
                last.get().arrivalMillis(),
                timer.getTimestamp(),
                getProcessingTimeService().getCurrentProcessingTime());
        if (again.isPresent()) {
            timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, again.getAsLong());
        } else {
            end(last.get());
        }
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("found an event-time timer, expected none: time is per camera");
    }
}

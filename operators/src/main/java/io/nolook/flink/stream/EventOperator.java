package io.nolook.flink.stream;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
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
 * What every operator does that makes events of measurements, keyed by camera: measurements in, events out.
 *
 * <p>Keeps what is known of a camera as bytes, and nothing of a camera of which nothing is known. What goes on ends when
 * the camera is silent for {@code camera.idle-ttl}, and at the end of a bounded input. The task thread owns everything.
 *
 * @param <I> a measurement
 * @param <S> what is known of a camera
 * @param <O> an event
 */
public abstract class EventOperator<I, S, O> extends AbstractStreamOperator<O>
        implements OneInputStreamOperator<I, O>, BoundedOneInput, Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1;

    private final String name;
    private final String timerName;
    private final long idleTtlMillis;

    private transient ValueStateDescriptor<byte[]> descriptor;
    private transient ValueState<byte[]> state;
    private transient SilenceClock silence;
    private transient InternalTimerService<VoidNamespace> timers;

    /**
     * What is known after a measurement, and its events.
     *
     * @param known empty when nothing is
     */
    public record Step<S, O>(Optional<S> known, List<O> events) {}

    /**
     * @param name of the keyed state: part of every savepoint
     * @param timerName of the timers: part of every savepoint
     * @param idleTtlMillis silence after which a camera is forgotten, at least 1
     */
    protected EventOperator(String name, String timerName, long idleTtlMillis) {
        this.name = name;
        this.timerName = timerName;
        this.idleTtlMillis = idleTtlMillis;
    }

    /** A camera's next measurement. */
    protected abstract Step<S, O> step(Optional<S> before, I measurement, long nowMillis);

    /** What goes on ends: its last events. */
    protected abstract List<O> end(S last);

    /** Processing time of the camera's newest measurement. */
    protected abstract long arrivalMillis(S known);

    protected abstract byte[] encode(S known);

    protected abstract S decode(byte[] bytes) throws IOException;

    @Override
    public void open() throws Exception {
        super.open();
        descriptor = new ValueStateDescriptor<>(name, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        state = getPartitionedState(descriptor);
        silence = new SilenceClock(idleTtlMillis);
        timers = getInternalTimerService(timerName, VoidNamespaceSerializer.INSTANCE, this);
    }

    @Override
    public final void processElement(StreamRecord<I> element) throws Exception {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        Optional<S> before = known();
        Step<S, O> step = step(before, element.getValue(), now);
        emit(step.events());
        if (step.known().isPresent()) {
            state.update(encode(step.known().get()));
        } else if (before.isPresent()) {
            state.clear();
        }
        if (step.known().isPresent() && before.isEmpty()) {
            timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, silence.firstLook(now));
        }
    }

    private Optional<S> known() throws IOException {
        byte[] stored = state.value();
        return stored == null ? Optional.empty() : Optional.of(decode(stored));
    }

    private void emit(List<O> events) {
        events.forEach(event -> output.collect(new StreamRecord<>(event)));
    }

    private void finish(S last) {
        emit(end(last));
        state.clear();
    }

    @Override
    public final void endInput() throws Exception {
        List<String> cameras;
        try (Stream<String> keys =
                this.<String>getKeyedStateBackend().getKeys(descriptor.getName(), VoidNamespace.INSTANCE)) {
            cameras = keys.sorted().toList();
        }
        for (String camera : cameras) {
            setCurrentKey(camera);
            known().ifPresent(this::finish); // else a timer ended it meanwhile
        }
    }

    @Override
    public final void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        Optional<S> last = known();
        if (last.isEmpty()) {
            return;
        }
        OptionalLong again = silence.lookAgain(
                arrivalMillis(last.get()),
                timer.getTimestamp(),
                getProcessingTimeService().getCurrentProcessingTime());
        if (again.isPresent()) {
            timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, again.getAsLong());
        } else {
            finish(last.get());
        }
    }

    @Override
    public final void onEventTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("found an event-time timer, expected none: time is per camera");
    }
}

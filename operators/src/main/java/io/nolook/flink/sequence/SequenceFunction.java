package io.nolook.flink.sequence;

import io.nolook.flink.stream.SilenceClock;
import io.nolook.record.TokenSequences;
import io.nolook.schema.TokenFrame;
import io.nolook.schema.TokenSequence;
import io.nolook.sequence.SequenceAssembler;
import io.nolook.sequence.SequenceState;
import io.nolook.sequence.SequenceStateCodec;
import io.nolook.sequence.TokenWindow;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Writes a camera's token frames as windows of ids.
 *
 * <p>Keyed state: a {@link SequenceState} with the window that is not full, gone after a silence. Windows are emitted when
 * full, and what is left when the clip ends, when the camera is silent, or at the end of the input, which a timer at the
 * end of event time tells: nobody else sends watermarks. Metrics: {@code windows}, {@code tokenFramesWritten},
 * {@code tokenFramesRepeated}.
 */
public final class SequenceFunction extends KeyedProcessFunction<String, TokenFrame, TokenSequence> {
    private static final long serialVersionUID = 1;
    private static final long END_OF_INPUT = Long.MAX_VALUE;

    private final SequenceSettings settings;
    private transient SilenceClock silence;
    private transient SequenceAssembler assembler;
    private transient ValueState<byte[]> state;
    private transient Counter windows;
    private transient Counter written;
    private transient Counter repeated;

    public SequenceFunction(SequenceSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        silence = new SilenceClock(settings.silenceMillis());
        assembler = new SequenceAssembler(settings.spec());
        state = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "sequence-state", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        windows = metrics.counter("windows");
        written = metrics.counter("tokenFramesWritten");
        repeated = metrics.counter("tokenFramesRepeated");
    }

    @Override
    public void processElement(TokenFrame frame, Context context, Collector<TokenSequence> out) throws Exception {
        long now = context.timerService().currentProcessingTime();
        byte[] stored = state.value();
        if (stored == null) {
            context.timerService().registerProcessingTimeTimer(silence.firstLook(now));
            context.timerService().registerEventTimeTimer(END_OF_INPUT);
        }
        SequenceAssembler.Result result = assembler.step(
                Optional.ofNullable(stored).map(SequenceStateCodec::decode), TokenSequences.arrival(frame), now);
        emit(result.windows(), out);
        (result.fate() == SequenceAssembler.Fate.WRITTEN ? written : repeated).inc();
        state.update(SequenceStateCodec.encode(result.state()));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<TokenSequence> out) throws Exception {
        byte[] stored = state.value();
        if (stored == null) {
            return;
        }
        SequenceState last = SequenceStateCodec.decode(stored);
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
            OptionalLong again = silence.lookAgain(
                    last.lastArrivalMillis(), timestamp, context.timerService().currentProcessingTime());
            if (again.isPresent()) {
                context.timerService().registerProcessingTimeTimer(again.getAsLong());
                return;
            }
        }
        emit(assembler.end(last), out);
        state.clear();
        context.timerService().deleteEventTimeTimer(END_OF_INPUT);
    }

    private void emit(List<TokenWindow> complete, Collector<TokenSequence> out) {
        complete.forEach(window -> out.collect(TokenSequences.record(window)));
        windows.inc(complete.size());
    }
}

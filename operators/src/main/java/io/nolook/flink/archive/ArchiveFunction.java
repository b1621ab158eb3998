package io.nolook.flink.archive;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentAssembler;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentCursor;
import io.nolook.archive.SegmentCursorCodec;
import io.nolook.archive.SegmentEnd;
import io.nolook.flink.stream.SilenceClock;
import io.nolook.record.ArchiveSegments;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Collects a camera's token frames and emits them as coded segments.
 *
 * <p>Keyed state: a {@link SegmentCursor}, and the records of the unfinished segment; both gone after a silence. A segment
 * is emitted when what follows it arrives, when the camera is silent, or at the end of the input, which a timer at the
 * end of event time tells: nobody else sends watermarks. A barrier finds the unfinished segment in the state. Metrics:
 * {@code segments}, {@code tokenFramesArchived}, {@code tokenFramesRepeated}, {@code packedBytes}, {@code codedBytes},
 * {@code codeMicros}.
 */
public final class ArchiveFunction extends KeyedProcessFunction<String, TokenFrame, ArchiveSegment> {
    private static final long serialVersionUID = 1;
    private static final long END_OF_INPUT = Long.MAX_VALUE;

    private final ArchiveSettings settings;
    private transient SilenceClock silence;
    private transient SegmentAssembler assembler;
    private transient SingleObject<TokenFrame> format;
    private transient ValueState<byte[]> cursor;
    private transient ListState<byte[]> frames;
    private transient Counter segments;
    private transient Counter archived;
    private transient Counter repeated;
    private transient Counter packedBytes;
    private transient Counter codedBytes;
    private transient Histogram codeMicros;

    public ArchiveFunction(ArchiveSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        silence = new SilenceClock(settings.silenceMillis());
        assembler = new SegmentAssembler(settings.limits());
        format = SingleObject.tokenFrames();
        cursor = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "segment-cursor", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        frames = getRuntimeContext()
                .getListState(new ListStateDescriptor<>(
                        "segment-frames", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        segments = metrics.counter("segments");
        archived = metrics.counter("tokenFramesArchived");
        repeated = metrics.counter("tokenFramesRepeated");
        packedBytes = metrics.counter("packedBytes");
        codedBytes = metrics.counter("codedBytes");
        codeMicros = metrics.histogram("codeMicros", new DescriptiveStatisticsHistogram(1000));
    }

    @Override
    public void processElement(TokenFrame frame, Context context, Collector<ArchiveSegment> out) throws Exception {
        long now = context.timerService().currentProcessingTime();
        byte[] stored = cursor.value();
        if (stored == null) {
            context.timerService().registerProcessingTimeTimer(silence.firstLook(now));
            context.timerService().registerEventTimeTimer(END_OF_INPUT);
        }
        byte[] bytes = format.encode(frame);
        SegmentAssembler.Result result = assembler.step(
                Optional.ofNullable(stored).map(SegmentCursorCodec::decode),
                ArchiveSegments.arrival(frame, bytes.length),
                now);
        if (result.cut().isPresent()) {
            emit(result.cut().get(), out);
        }
        if (result.fate() == SegmentAssembler.Fate.COLLECTED) {
            frames.add(bytes);
        } else {
            repeated.inc();
        }
        cursor.update(SegmentCursorCodec.encode(result.cursor()));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<ArchiveSegment> out) throws Exception {
        byte[] stored = cursor.value();
        if (stored == null) {
            return;
        }
        if (context.timeDomain() == TimeDomain.EVENT_TIME) {
            emit(SegmentEnd.END_OF_INPUT, out);
            cursor.clear();
            return;
        }
        OptionalLong again = silence.lookAgain(
                SegmentCursorCodec.decode(stored).lastArrivalMillis(),
                timestamp,
                context.timerService().currentProcessingTime());
        if (again.isPresent()) {
            context.timerService().registerProcessingTimeTimer(again.getAsLong());
            return;
        }
        emit(SegmentEnd.SILENCE, out);
        cursor.clear();
        context.timerService().deleteEventTimeTimer(END_OF_INPUT);
    }

    private void emit(SegmentEnd end, Collector<ArchiveSegment> out) throws Exception {
        List<TokenFrame> collected = read();
        frames.clear();
        long began = System.nanoTime();
        CodedSegment coded = SegmentCoder.encode(ArchiveSegments.segment(collected, end), settings.codec());
        codeMicros.update((System.nanoTime() - began) / 1000);
        segments.inc();
        archived.inc(collected.size());
        packedBytes.inc((long) coded.head().grid().packedBytes() * collected.size());
        codedBytes.inc(coded.codedBytes());
        out.collect(ArchiveSegments.record(coded));
    }

    private List<TokenFrame> read() throws Exception {
        List<TokenFrame> found = new ArrayList<>();
        for (byte[] bytes : frames.get()) {
            try {
                found.add(format.decode(bytes));
            } catch (IOException e) {
                throw new IllegalStateException("found a token frame in the state that cannot be read", e);
            }
        }
        return found;
    }
}

package io.nolook.flink.stream;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.model.ModelRefusedException;
import io.nolook.record.DeadLetters;
import io.nolook.record.ReceivedRecord;
import io.nolook.record.RecordIntake;
import io.nolook.schema.FailedFrame;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes records into events, chained to the source; what fails goes to the side output.
 *
 * <p>Keeps sums of its counters as state, and nothing else. Metrics, for frames: {@code framesReceived}, {@code framesDeadLettered} in all and per code,
 * {@code framesFromNewPartitions}; {@code preprocessMicros}; {@code intakeAgeMillis}, from when a record was sent until now.
 *
 * @param <T> an event
 */
public final class DecodeFunction<T> extends ProcessFunction<ReceivedRecord, T> implements CheckpointedFunction {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(DecodeFunction.class);

    /** Dead letters. */
    public static final OutputTag<FailedFrame> FAILED =
            new OutputTag<>("failed", new CodecTypeInfo<>(new SingleObjectCodec.OfFailedFrame()));

    private final RecordIntake.Factory<T> factory;
    private final int partitions;
    private transient KeptCounters kept;
    private transient boolean grown;
    private transient RecordIntake<T> intake;
    private transient Counter received;
    private transient Counter failed;
    private transient Counter fromNewPartitions;
    private transient Map<FailureCode, Counter> failedByCode;
    private transient Histogram micros;
    private transient Histogram ageMillis;

    /**
     * @param factory of the intake
     * @param partitions of the topic when the job started
     */
    public DecodeFunction(RecordIntake.Factory<T> factory, int partitions) {
        this.factory = factory;
        this.partitions = partitions;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        kept = new KeptCounters(getRuntimeContext().getMetricGroup(), context.getOperatorStateStore());
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        kept.snapshot();
    }

    @Override
    public void open(OpenContext context) {
        try {
            intake = factory.open();
        } catch (ModelRefusedException e) {
            throw new SuppressRestartsException(e); // of the model that will take the events
        }
        String counted = factory.counted();
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        received = kept.counter(counted + "Received");
        failed = kept.counter(counted + "DeadLettered");
        fromNewPartitions = metrics.counter(counted + "FromNewPartitions");
        failedByCode = new EnumMap<>(FailureCode.class);
        for (FailureCode code : FailureCode.values()) {
            failedByCode.put(code, metrics.addGroup("code", code.name()).counter(counted + "DeadLettered"));
        }
        micros = metrics.histogram("preprocessMicros", new DescriptiveStatisticsHistogram(1000));
        ageMillis = metrics.histogram("intakeAgeMillis", new DescriptiveStatisticsHistogram(1000));
    }

    @Override
    public void processElement(ReceivedRecord record, Context context, Collector<T> out) {
        long began = System.nanoTime();
        received.inc();
        ageMillis.update(System.currentTimeMillis() - record.timestampMillis());
        noteGrowth(record);
        T event;
        try {
            event = intake.decode(record);
        } catch (IntakeException e) {
            failed.inc();
            failedByCode.get(e.code()).inc();
            context.output(FAILED, DeadLetters.of(record, e, factory.maxRecordBytes()));
            return;
        }
        micros.update((System.nanoTime() - began) / 1000);
        out.collect(event);
    }

    /** More partitions send a camera's newer frames elsewhere than its older ones: they may overtake them. */
    private void noteGrowth(ReceivedRecord record) {
        if (record.partition() < partitions) {
            return;
        }
        fromNewPartitions.inc();
        if (!grown) {
            grown = true;
            LOG.warn(
                    "topic {}: found a record of partition {}, expected the {} partitions of the start; where keys are"
                            + " hashed, cameras change their partition and some records may arrive late or as gaps"
                            + " until the old partitions are read; stop producers before adding partitions",
                    record.topic(),
                    record.partition(),
                    partitions);
        }
    }
}

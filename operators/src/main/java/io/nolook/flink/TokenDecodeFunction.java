package io.nolook.flink;

import io.nolook.frame.FrameException;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.TokenFrame;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Decodes records of the tokens topic, chained to the source; what fails goes to the side output.
 *
 * <p>Keeps no state. Metrics: {@code tokenFramesReceived}, {@code tokenFramesDeadLettered}.
 */
public final class TokenDecodeFunction extends ProcessFunction<ReceivedRecord, TokenFrame> {
    private static final long serialVersionUID = 1;

    /** Dead letters. */
    public static final OutputTag<FailedFrame> FAILED =
            new OutputTag<>("failed", new CodecTypeInfo<>(new SingleObjectCodec.OfFailedFrame()));

    /** Largest original that a dead letter carries: a record of the tokens topic is not larger. */
    public static final int MAX_BYTES = 1 << 20;

    private final int bits;
    private transient TokenIntake intake;
    private transient Counter received;
    private transient Counter failed;

    /** Takes tokens of any number of bits. */
    public TokenDecodeFunction() {
        this(0);
    }

    /**
     * @param bits that a token must have, 0 for any
     */
    public TokenDecodeFunction(int bits) {
        this.bits = bits;
    }

    @Override
    public void open(OpenContext context) {
        intake = new TokenIntake(bits);
        received = getRuntimeContext().getMetricGroup().counter("tokenFramesReceived");
        failed = getRuntimeContext().getMetricGroup().counter("tokenFramesDeadLettered");
    }

    @Override
    public void processElement(ReceivedRecord record, Context context, Collector<TokenFrame> out) {
        received.inc();
        try {
            out.collect(intake.decode(record));
        } catch (FrameException e) {
            failed.inc();
            context.output(FAILED, DeadLetters.of(record, e, MAX_BYTES));
        }
    }
}

package io.nolook.job.sequence;

import io.nolook.flink.sequence.SequenceFunction;
import io.nolook.flink.sequence.SequenceOptions;
import io.nolook.flink.sequence.SequenceSettings;
import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.job.DecodeStage;
import io.nolook.record.ReceivedRecord;
import io.nolook.record.TokenFrameIntake;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.TokenFrame;
import io.nolook.schema.TokenSequence;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * The graph of the job, with its ends injected.
 *
 * <pre>
 *   token records -> decode --(keyBy camera)-> sequence -> sequences
 *                       \-> dead letters
 * </pre>
 *
 * <p>The uids are part of every savepoint: they never change.
 */
public final class SequencePipeline {
    private final SequenceSettings settings;

    public SequencePipeline(SequenceSettings settings) {
        this.settings = settings;
    }

    /**
     * Wires the stream of received records to the two sinks.
     *
     * @param partitions of the topic that the records come from, as it is now
     */
    public void build(
            DataStream<ReceivedRecord> received,
            int partitions,
            Sink<TokenSequence> sequences,
            Sink<FailedFrame> deadLetters) {
        DataStream<TokenFrame> tokens = new DecodeStage<>(
                        new TokenFrameIntake.Factory(settings.tokenBits(), SequenceOptions.FACTORS.key()),
                        new SingleObjectCodec.OfTokenFrame())
                .on(received, partitions, deadLetters);
        tokens.keyBy(TokenFrame::getCamera, Types.STRING)
                .process(new SequenceFunction(settings), new CodecTypeInfo<>(new SingleObjectCodec.OfTokenSequence()))
                .name("sequence")
                .uid("sequence")
                .sinkTo(sequences)
                .name("sequences")
                .uid("sequences");
    }
}

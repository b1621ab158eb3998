package io.nolook.job.archive;

import io.nolook.flink.archive.ArchiveFunction;
import io.nolook.flink.archive.ArchiveSettings;
import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.job.DecodeStage;
import io.nolook.record.ReceivedRecord;
import io.nolook.record.TokenFrameIntake;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.TokenFrame;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * The graph of the job, with its ends injected.
 *
 * <pre>
 *   token records -> decode --(keyBy camera)-> archive -> segments
 *                       \-> dead letters
 * </pre>
 *
 * <p>The uids are part of every savepoint: they never change.
 */
public final class ArchivePipeline {
    private final ArchiveSettings settings;

    public ArchivePipeline(ArchiveSettings settings) {
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
            Sink<ArchiveSegment> segments,
            Sink<FailedFrame> deadLetters) {
        DataStream<TokenFrame> tokens = new DecodeStage<>(
                        new TokenFrameIntake.Factory(0, ""), new SingleObjectCodec.OfTokenFrame())
                .on(received, partitions, deadLetters);
        tokens.keyBy(TokenFrame::getCamera, Types.STRING)
                .process(new ArchiveFunction(settings), new CodecTypeInfo<>(new SingleObjectCodec.OfArchiveSegment()))
                .name("archive")
                .uid("archive")
                .sinkTo(segments)
                .name("segments")
                .uid("segments");
    }
}

package io.nolook.job.detokenize;

import io.nolook.flink.detokenize.DetokenizeRules;
import io.nolook.flink.detokenize.DetokenizeSettings;
import io.nolook.flink.detokenize.KnownTokensFactory;
import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.model.ModelOperatorFactory;
import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.job.DecodeStage;
import io.nolook.model.StreamModel;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.Frame;
import io.nolook.schema.TokenFrame;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * The graph of the job, with its ends injected.
 *
 * <pre>
 *   token frames -> decode --(keyBy camera)-> detokenize -> frames
 *                      \-> dead letters
 * </pre>
 *
 * <p>The uids are part of every savepoint: they never change.
 */
public final class DetokenizePipeline {
    private final DetokenizeSettings settings;
    private final ModelLoader<StreamModel<int[], byte[]>> loader;

    public DetokenizePipeline(DetokenizeSettings settings, ModelLoader<StreamModel<int[], byte[]>> loader) {
        this.settings = settings;
        this.loader = loader;
    }

    /**
     * Wires the stream of received records to the two sinks.
     *
     * @param partitions of the topic that the records come from, as it is now
     */
    public void build(
            DataStream<ReceivedRecord> received, int partitions, Sink<Frame> frames, Sink<FailedFrame> deadLetters) {
        DataStream<TokenFrame> tokens = new DecodeStage<>(
                        new KnownTokensFactory(settings), new SingleObjectCodec.OfTokenFrame())
                .on(received, partitions, deadLetters);
        tokens.keyBy(TokenFrame::getCamera, Types.STRING)
                .transform(
                        "detokenize",
                        new CodecTypeInfo<>(new SingleObjectCodec.OfFrame()),
                        new ModelOperatorFactory<>(new DetokenizeRules(settings), loader, settings.inference()))
                .uid("detokenize")
                .sinkTo(frames)
                .name("decoded-frames")
                .uid("decoded-frames");
    }
}

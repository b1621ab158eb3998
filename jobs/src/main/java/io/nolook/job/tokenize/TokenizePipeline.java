package io.nolook.job.tokenize;

import static io.nolook.flink.stream.DecodeFunction.FAILED;

import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.model.ModelOperatorFactory;
import io.nolook.flink.tokenize.FrameIntakeFactory;
import io.nolook.flink.tokenize.TokenizeRules;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.flink.type.CameraFrameCodec;
import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.OutgoingTokensCodec;
import io.nolook.job.DecodeStage;
import io.nolook.model.VideoTokenizer;
import io.nolook.record.OutgoingTokens;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.FailedFrame;
import io.nolook.window.CameraFrame;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The graph of the job, with its ends injected.
 *
 * <pre>
 *   frames -> decode --(keyBy camera)-> tokenize -> tokens
 *                \-> dead letters
 * </pre>
 *
 * <p>The uids are part of every savepoint: they never change.
 */
public final class TokenizePipeline {
    private final TokenizeSettings settings;
    private final ModelLoader<VideoTokenizer> loader;

    public TokenizePipeline(TokenizeSettings settings, ModelLoader<VideoTokenizer> loader) {
        this.settings = settings;
        this.loader = loader;
    }

    /**
     * Wires the stream of received records to the two sinks.
     *
     * @param partitions of the topic that the records come from, as it is now
     */
    public void build(
            DataStream<ReceivedRecord> received,
            int partitions,
            Sink<OutgoingTokens> tokens,
            Sink<FailedFrame> deadLetters) {
        DecodeStage<CameraFrame> decode = new DecodeStage<>(new FrameIntakeFactory(settings), new CameraFrameCodec());
        SingleOutputStreamOperator<CameraFrame> frames = decode.on(received, partitions);
        SingleOutputStreamOperator<OutgoingTokens> tokenized = tokenize(frames, tokens);
        DecodeStage.deadLetters(frames.getSideOutput(FAILED).union(tokenized.getSideOutput(FAILED)), deadLetters);
    }

    /** Wires decoded frames to their sink; frames whose place is refused are in the side output of dead letters. */
    public SingleOutputStreamOperator<OutgoingTokens> tokenize(
            DataStream<CameraFrame> frames, Sink<OutgoingTokens> tokens) {
        SingleOutputStreamOperator<OutgoingTokens> tokenized = frames.keyBy(CameraFrame::camera, Types.STRING)
                .transform(
                        "tokenize",
                        new CodecTypeInfo<>(new OutgoingTokensCodec()),
                        new ModelOperatorFactory<>(new TokenizeRules(settings), loader, settings.inference()))
                .uid("tokenize");
        tokenized.sinkTo(tokens).name("tokens").uid("tokens");
        return tokenized;
    }
}

package io.nolook.job.tokenize;

import static io.nolook.flink.stream.DecodeFunction.FAILED;

import io.nolook.flink.model.ControlledModelOperatorFactory;
import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.model.ModelOperatorFactory;
import io.nolook.flink.model.RolloutState;
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
import io.nolook.schema.ControlReport;
import io.nolook.schema.FailedFrame;
import io.nolook.window.CameraFrame;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.TwoInputTransformation;

/**
 * The graph of the job, with its ends injected.
 *
 * <pre>
 *   frames -> decode --(keyBy camera)-> tokenize -> tokens
 *                \-> dead letters       /        \-> control reports
 *   commands --(broadcast)-------------/
 * </pre>
 *
 * <p>The uids are part of every savepoint: they never change.
 */
public final class TokenizePipeline {
    private final TokenizeSettings settings;
    private final ModelLoader<VideoTokenizer> loader;
    private Optional<Control> control = Optional.empty();

    /** Where commands come from, and what becomes of them goes to. */
    private record Control(DataStream<ReceivedRecord> commands, Sink<ControlReport> reports) {}

    public TokenizePipeline(TokenizeSettings settings, ModelLoader<VideoTokenizer> loader) {
        this.settings = settings;
        this.loader = loader;
    }

    /** From now on, what is built takes commands. */
    public TokenizePipeline controlledBy(DataStream<ReceivedRecord> commands, Sink<ControlReport> reports) {
        control = Optional.of(new Control(commands, reports));
        return this;
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
        KeyedStream<CameraFrame, String> keyed = frames.keyBy(CameraFrame::camera, Types.STRING);
        CodecTypeInfo<OutgoingTokens> type = new CodecTypeInfo<>(new OutgoingTokensCodec());
        TokenizeRules rules = new TokenizeRules(settings);
        SingleOutputStreamOperator<OutgoingTokens> tokenized = control.map(given -> controlled(keyed, given, type))
                .orElseGet(() -> keyed.transform(
                        "tokenize", type, new ModelOperatorFactory<>(rules, loader, settings.inference())))
                .uid("tokenize");
        tokenized.sinkTo(tokens).name("tokens").uid("tokens");
        return tokenized;
    }

    /** Flink's own connected streams want a key of both inputs, or the DataStream API's own functions. */
    private SingleOutputStreamOperator<OutgoingTokens> controlled(
            KeyedStream<CameraFrame, String> frames, Control given, CodecTypeInfo<OutgoingTokens> type) {
        StreamExecutionEnvironment environment = frames.getExecutionEnvironment();
        TwoInputTransformation<CameraFrame, ReceivedRecord, OutgoingTokens> transformation =
                new TwoInputTransformation<>(
                        frames.getTransformation(),
                        given.commands().broadcast().getTransformation(),
                        "tokenize",
                        new ControlledModelOperatorFactory<>(
                                new TokenizeRules(settings), loader, settings.inference(), settings.modelsMaxBytes()),
                        type,
                        environment.getParallelism(),
                        false);
        transformation.setStateKeySelectors(frames.getKeySelector(), null);
        transformation.setStateKeyType(frames.getKeyType());
        environment.addOperator(transformation);
        SingleOutputStreamOperator<OutgoingTokens> tokenized = new ControlledStream(environment, transformation);
        tokenized
                .getSideOutput(RolloutState.REPORTS)
                .sinkTo(given.reports())
                .name("control-reports")
                .uid("control-reports");
        return tokenized;
    }

    /** What a transformation made by hand gives: its constructor is Flink's subclasses'. */
    private static final class ControlledStream extends SingleOutputStreamOperator<OutgoingTokens> {
        ControlledStream(StreamExecutionEnvironment environment, Transformation<OutgoingTokens> transformation) {
            super(environment, transformation);
        }
    }
}

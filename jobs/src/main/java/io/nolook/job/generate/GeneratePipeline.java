package io.nolook.job.generate;

import io.nolook.flink.generate.AnomalyOperator;
import io.nolook.flink.generate.ContinuationRequests;
import io.nolook.flink.generate.ContinuationRules;
import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.generate.PredictedTokensFactory;
import io.nolook.flink.generate.SamplerEvent;
import io.nolook.flink.generate.SamplerEventCodec;
import io.nolook.flink.generate.SurpriseRules;
import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.model.ModelOperatorFactory;
import io.nolook.flink.stream.DecodeFunction;
import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.job.DecodeStage;
import io.nolook.model.Draw;
import io.nolook.model.StreamModel;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.Surprise;
import io.nolook.schema.TokenFrame;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The graph of the job, with its ends injected.
 *
 * <pre>
 *   token frames -> decode --+--(keyBy camera)-> surprise --+-> surprise
 *                      |     |                              +-> anomalies -> anomalies
 *                      |     +--(keyBy camera)-> continue ----> generated
 *   commands -> requests ----/                      |
 *                      +----------------------------+-> dead letters
 * </pre>
 *
 * <p>The uids are part of every savepoint: they never change.
 */
public final class GeneratePipeline {
    private final GenerateSettings settings;
    private final ModelLoader<StreamModel<int[], float[]>> predictor;
    private Optional<Continued> continued = Optional.empty();

    /** Where the outgoing streams end. */
    public record Ends(Sink<Surprise> surprises, Sink<AnomalyEvent> anomalies, Sink<FailedFrame> deadLetters) {}

    /**
     * What continues cameras.
     *
     * @param commands may ask for it; empty where none are taken
     * @param generated takes the samples
     */
    public record Continued(
            ModelLoader<StreamModel<Draw, int[]>> sampler,
            Optional<DataStream<ReceivedRecord>> commands,
            Sink<TokenFrame> generated) {}

    public GeneratePipeline(GenerateSettings settings, ModelLoader<StreamModel<int[], float[]>> predictor) {
        this.settings = settings;
        this.predictor = predictor;
    }

    /** From now on, what is built continues cameras. */
    public GeneratePipeline continuedBy(Continued given) {
        continued = Optional.of(given);
        return this;
    }

    /**
     * Wires the stream of received records to the sinks.
     *
     * @param partitions of the topic that the records come from, as it is now
     */
    public void build(DataStream<ReceivedRecord> received, int partitions, Ends ends) {
        SingleOutputStreamOperator<TokenFrame> tokens = new DecodeStage<>(
                        new PredictedTokensFactory(settings), new SingleObjectCodec.OfTokenFrame())
                .on(received, partitions);
        DataStream<FailedFrame> failed = tokens.getSideOutput(DecodeFunction.FAILED);
        DecodeStage.deadLetters(
                continued.map(given -> failed.union(continued(tokens, given))).orElse(failed), ends.deadLetters());
        watched(tokens, ends);
    }

    private void watched(DataStream<TokenFrame> tokens, Ends ends) {
        SingleOutputStreamOperator<Surprise> surprises = tokens.keyBy(TokenFrame::getCamera, Types.STRING)
                .transform(
                        "surprise",
                        new CodecTypeInfo<>(new SingleObjectCodec.OfSurprise()),
                        new ModelOperatorFactory<>(new SurpriseRules(), predictor, settings.inference()))
                .uid("surprise");
        surprises.sinkTo(ends.surprises()).name("surprises").uid("surprises");
        // the operator before gives a camera's surprise where the camera's tokens were: no need to send it anywhere
        DataStreamUtils.reinterpretAsKeyedStream(surprises, Surprise::getCamera, Types.STRING)
                .transform(
                        "anomalies",
                        new CodecTypeInfo<>(new SingleObjectCodec.OfAnomalyEvent()),
                        new AnomalyOperator(settings))
                .uid("anomalies")
                .sinkTo(ends.anomalies())
                .name("anomaly-events")
                .uid("anomaly-events");
    }

    /** The requests that are refused. */
    private DataStream<FailedFrame> continued(DataStream<TokenFrame> tokens, Continued given) {
        CodecTypeInfo<SamplerEvent> type = new CodecTypeInfo<>(new SamplerEventCodec());
        DataStream<SamplerEvent> frames =
                tokens.map(SamplerEvent.Came::new, type).name("clips").uid("clips");
        DataStream<SamplerEvent> events = given.commands()
                .<DataStream<SamplerEvent>>map(
                        commands -> frames.union(commands.flatMap(new ContinuationRequests(), type)
                                .setParallelism(1)
                                .name("requests")
                                .uid("requests")))
                .orElse(frames);
        SingleOutputStreamOperator<TokenFrame> generated = events.keyBy(SamplerEvent::camera, Types.STRING)
                .transform(
                        "continue",
                        new CodecTypeInfo<>(new SingleObjectCodec.OfTokenFrame()),
                        new ModelOperatorFactory<>(
                                new ContinuationRules(settings), given.sampler(), settings.inference()))
                .uid("continue");
        generated.sinkTo(given.generated()).name("generated").uid("generated");
        return generated.getSideOutput(DecodeFunction.FAILED);
    }
}

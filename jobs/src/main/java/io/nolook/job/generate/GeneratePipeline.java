package io.nolook.job.generate;

import io.nolook.flink.generate.AnomalyOperator;
import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.generate.PredictedTokensFactory;
import io.nolook.flink.generate.SurpriseRules;
import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.model.ModelOperatorFactory;
import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.job.DecodeStage;
import io.nolook.model.StreamModel;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.AnomalyEvent;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.Surprise;
import io.nolook.schema.TokenFrame;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The graph of the job, with its ends injected.
 *
 * <pre>
 *   token frames -> decode --(keyBy camera)-> surprise --+-> surprise
 *                      \-> dead letters                  +-> anomalies -> anomalies
 * </pre>
 *
 * <p>The uids are part of every savepoint: they never change.
 */
public final class GeneratePipeline {
    private final GenerateSettings settings;
    private final ModelLoader<StreamModel<int[], float[]>> predictor;

    /** Where the outgoing streams end. */
    public record Ends(Sink<Surprise> surprises, Sink<AnomalyEvent> anomalies, Sink<FailedFrame> deadLetters) {}

    public GeneratePipeline(GenerateSettings settings, ModelLoader<StreamModel<int[], float[]>> predictor) {
        this.settings = settings;
        this.predictor = predictor;
    }

    /**
     * Wires the stream of received records to the sinks.
     *
     * @param partitions of the topic that the records come from, as it is now
     */
    public void build(DataStream<ReceivedRecord> received, int partitions, Ends ends) {
        DataStream<TokenFrame> tokens = new DecodeStage<>(
                        new PredictedTokensFactory(settings), new SingleObjectCodec.OfTokenFrame())
                .on(received, partitions, ends.deadLetters());
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
}

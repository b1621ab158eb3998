package io.nolook.job.recognize;

import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.model.ModelOperatorFactory;
import io.nolook.flink.recognize.ActionEventOperator;
import io.nolook.flink.recognize.RecognizeRules;
import io.nolook.flink.recognize.RecognizeSettings;
import io.nolook.flink.recognize.TokenIntakeFactory;
import io.nolook.flink.type.CameraTokensCodec;
import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.job.DecodeStage;
import io.nolook.model.StreamModel;
import io.nolook.recognition.CameraTokens;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.FailedFrame;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The graph of the job, with its ends injected.
 *
 * <pre>
 *   token frames -> decode --(keyBy camera)-> recognize --+-> every n-th -> scores
 *                      \-> dead letters                   +-> actions ----> actions
 * </pre>
 *
 * <p>The uids are part of every savepoint: they never change.
 */
public final class RecognizePipeline {
    private final RecognizeSettings settings;
    private final ModelLoader<StreamModel<int[], float[]>> loader;

    /** Where the three outgoing streams end. */
    public record Ends(Sink<ActionScores> scores, Sink<ActionEvent> actions, Sink<FailedFrame> deadLetters) {}

    public RecognizePipeline(RecognizeSettings settings, ModelLoader<StreamModel<int[], float[]>> loader) {
        this.settings = settings;
        this.loader = loader;
    }

    /**
     * Wires the stream of received records to the sinks.
     *
     * @param partitions of the topic that the records come from, as it is now
     */
    public void build(DataStream<ReceivedRecord> received, int partitions, Ends ends) {
        DataStream<CameraTokens> tokens = new DecodeStage<>(new TokenIntakeFactory(settings), new CameraTokensCodec())
                .on(received, partitions, ends.deadLetters());
        SingleOutputStreamOperator<ActionScores> scores = tokens.keyBy(CameraTokens::camera, Types.STRING)
                .transform(
                        "recognize",
                        new CodecTypeInfo<>(new SingleObjectCodec.OfActionScores()),
                        new ModelOperatorFactory<>(new RecognizeRules(), loader, settings.inference()))
                .uid("recognize");
        int every = settings.scoresEvery();
        scores.filter(each -> each.getPosition() % every == 0)
                .name("every")
                .uid("every")
                .sinkTo(ends.scores())
                .name("action-scores")
                .uid("action-scores");
        // the operator before gives a camera's scores where the camera's tokens were: no need to send them anywhere
        DataStreamUtils.reinterpretAsKeyedStream(scores, ActionScores::getCamera, Types.STRING)
                .transform(
                        "actions",
                        new CodecTypeInfo<>(new SingleObjectCodec.OfActionEvent()),
                        new ActionEventOperator(settings))
                .uid("actions")
                .sinkTo(ends.actions())
                .name("action-events")
                .uid("action-events");
    }
}

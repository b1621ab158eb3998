package io.nolook.flink.model;

import io.nolook.model.StreamModel;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Runs the model of the job's options, for good. */
final class EventModelOperator<S, E, W, I, O, R> extends ModelOperator<S, E, W, I, O, R>
        implements OneInputStreamOperator<E, R>, BoundedOneInput {
    private static final long serialVersionUID = 1;

    EventModelOperator(
            StreamOperatorParameters<R> parameters,
            StreamRules<S, E, W, I, O, R> rules,
            ModelLoader<? extends StreamModel<I, O>> loader,
            InferenceSettings settings) {
        super(parameters, rules, loader, settings);
    }

    @Override
    public void processElement(StreamRecord<E> element) throws Exception {
        take(element.getValue());
    }

    @Override
    public void endInput() throws Exception {
        finishAll();
    }
}

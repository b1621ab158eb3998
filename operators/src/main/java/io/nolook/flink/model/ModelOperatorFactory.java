package io.nolook.flink.model;

import io.nolook.model.StreamModel;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the operator that runs one model, with the mailbox of its task. */
public final class ModelOperatorFactory<S, E, W, I, O, R> extends AbstractStreamOperatorFactory<R>
        implements OneInputStreamOperatorFactory<E, R> {
    private static final long serialVersionUID = 1;

    private final StreamRules<S, E, W, I, O, R> rules;
    private final ModelLoader<? extends StreamModel<I, O>> loader;
    private final InferenceSettings settings;

    /**
     * @param rules of the stream
     * @param loader of the model, where it runs
     */
    public ModelOperatorFactory(
            StreamRules<S, E, W, I, O, R> rules,
            ModelLoader<? extends StreamModel<I, O>> loader,
            InferenceSettings settings) {
        this.rules = rules;
        this.loader = loader;
        this.settings = settings;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends StreamOperator<R>> T createStreamOperator(StreamOperatorParameters<R> parameters) {
        return (T) new EventModelOperator<>(parameters, rules, loader, settings);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return EventModelOperator.class;
    }
}

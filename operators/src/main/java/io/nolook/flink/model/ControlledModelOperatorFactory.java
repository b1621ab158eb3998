package io.nolook.flink.model;

import io.nolook.model.StreamModel;
import io.nolook.record.ReceivedRecord;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/** Makes the operator that runs several models as it is told, with the mailbox of its task. */
public final class ControlledModelOperatorFactory<S, E, W, I, O, R> extends AbstractStreamOperatorFactory<R>
        implements TwoInputStreamOperatorFactory<E, ReceivedRecord, R> {
    private static final long serialVersionUID = 1;

    private final StreamRules<S, E, W, I, O, R> rules;
    private final ModelLoader<? extends StreamModel<I, O>> loader;
    private final InferenceSettings settings;
    private final long mostBytes;

    /**
     * @param rules of the stream
     * @param loader of the models, where they run
     * @param mostBytes beside the heap, of all models that are open at once in a task
     */
    public ControlledModelOperatorFactory(
            StreamRules<S, E, W, I, O, R> rules,
            ModelLoader<? extends StreamModel<I, O>> loader,
            InferenceSettings settings,
            long mostBytes) {
        this.rules = rules;
        this.loader = loader;
        this.settings = settings;
        this.mostBytes = mostBytes;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends StreamOperator<R>> T createStreamOperator(StreamOperatorParameters<R> parameters) {
        return (T) new ControlledModelOperator<>(parameters, rules, loader, settings, mostBytes);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return ControlledModelOperator.class;
    }
}

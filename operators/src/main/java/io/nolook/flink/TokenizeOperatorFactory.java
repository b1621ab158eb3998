package io.nolook.flink;

import io.nolook.schema.TokenFrame;
import io.nolook.window.CameraFrame;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the tokenizing operator of a task, with its mailbox. */
public final class TokenizeOperatorFactory extends AbstractStreamOperatorFactory<TokenFrame>
        implements OneInputStreamOperatorFactory<CameraFrame, TokenFrame> {
    private static final long serialVersionUID = 1;

    private final TokenizeSettings settings;
    private final TokenizerLoader loader;

    public TokenizeOperatorFactory(TokenizeSettings settings, TokenizerLoader loader) {
        this.settings = settings;
        this.loader = loader;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends StreamOperator<TokenFrame>> T createStreamOperator(
            StreamOperatorParameters<TokenFrame> parameters) {
        return (T) new TokenizeOperator(parameters, settings, loader);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
        return TokenizeOperator.class;
    }
}

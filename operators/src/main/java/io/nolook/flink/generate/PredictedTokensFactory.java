package io.nolook.flink.generate;

import io.nolook.generation.Predictor;
import io.nolook.model.ModelSpec;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.record.KnownTokensIntake;
import io.nolook.record.RecordIntake;
import io.nolook.record.TokenFrameIntake;
import io.nolook.schema.TokenFrame;

/**
 * Makes the intake of tokens that a predictor can take, on the machine that runs it.
 *
 * @param settings of the predictor
 */
public record PredictedTokensFactory(GenerateSettings settings) implements RecordIntake.Factory<TokenFrame> {

    @Override
    public RecordIntake<TokenFrame> open() {
        ModelSpec spec = ModelFiles.spec(ModelFiles.read(settings.predictor(), OnnxPredictorLoader.ROLE));
        return new KnownTokensIntake(spec, Predictor.size(spec));
    }

    @Override
    public String counted() {
        return "tokenFrames";
    }

    @Override
    public int maxRecordBytes() {
        return TokenFrameIntake.MAX_BYTES;
    }
}

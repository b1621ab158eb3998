package io.nolook.flink.detokenize;

import io.nolook.model.onnx.ModelFiles;
import io.nolook.record.KnownTokensIntake;
import io.nolook.record.RecordIntake;
import io.nolook.record.TokenFrameIntake;
import io.nolook.schema.TokenFrame;

/**
 * Makes the intake of tokens that a decoder can take, on the machine that runs it.
 *
 * @param settings of the decoder
 */
public record KnownTokensFactory(DetokenizeSettings settings) implements RecordIntake.Factory<TokenFrame> {

    @Override
    public RecordIntake<TokenFrame> open() {
        return new KnownTokensIntake(
                ModelFiles.spec(ModelFiles.read(settings.decoder(), OnnxDetokenizerLoader.ROLE)), settings.frameSize());
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

package io.nolook.flink.recognize;

import io.nolook.model.onnx.ModelFiles;
import io.nolook.recognition.CameraTokens;
import io.nolook.record.RecordIntake;
import io.nolook.record.TokenFrameIntake;
import io.nolook.record.TokenIntake;

/**
 * Makes the intake of tokens that a recognizer can take, on the machine that runs it.
 *
 * @param settings of the recognizer
 */
public record TokenIntakeFactory(RecognizeSettings settings) implements RecordIntake.Factory<CameraTokens> {

    @Override
    public RecordIntake<CameraTokens> open() {
        return new TokenIntake(ModelFiles.spec(ModelFiles.read(settings.recognizer(), OnnxRecognizerLoader.ROLE)));
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

package io.nolook.flink.tokenize;

import io.nolook.record.DeadLetters;
import io.nolook.record.RecordIntake;
import io.nolook.window.CameraFrame;

/**
 * Makes the intake of frames on the machine that runs it.
 *
 * @param settings of the frames
 */
public record FrameIntakeFactory(TokenizeSettings settings) implements RecordIntake.Factory<CameraFrame> {

    @Override
    public RecordIntake<CameraFrame> open() {
        return settings.intake();
    }

    @Override
    public String counted() {
        return "frames";
    }

    @Override
    public int maxRecordBytes() {
        return settings.frameMaxBytes() + DeadLetters.ENVELOPE_BYTES;
    }
}

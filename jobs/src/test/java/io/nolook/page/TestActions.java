package io.nolook.page;

import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionState;

/** Actions as a recognizing job tells them. */
public final class TestActions {

    private TestActions() {}

    /** Seen in the frames of the same numbers as its times, microseconds since 1970. */
    public static ActionEvent of(
            String camera,
            long epoch,
            String label,
            ActionState state,
            long fromMicros,
            long toMicros,
            float confidence) {
        return ActionEvent.newBuilder()
                .setCamera(camera)
                .setEpoch(epoch)
                .setTokenizerId("t")
                .setRecognizer("test")
                .setRecognizerHash("0")
                .setLabel(label)
                .setState(state)
                .setFirstSequence(fromMicros)
                .setLastSequence(toMicros)
                .setStartMicros(fromMicros)
                .setEndMicros(toMicros)
                .setConfidence(confidence)
                .setDurationMicros(toMicros - fromMicros)
                .build();
    }
}

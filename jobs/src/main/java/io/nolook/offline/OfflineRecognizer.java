package io.nolook.offline;

import io.nolook.failure.IntakeException;
import io.nolook.model.StreamModel;
import io.nolook.recognition.CameraTokens;
import io.nolook.recognition.RecognizerSpec;
import io.nolook.recognition.RunAssembler;
import io.nolook.recognition.RunCursor;
import io.nolook.recognition.RunPlace;
import io.nolook.recognition.TokenFate;
import io.nolook.record.ActionEvents;
import io.nolook.record.TokenIntake;
import io.nolook.schema.ActionScores;
import io.nolook.schema.TokenFrame;
import java.util.Optional;

/** Recognizes one camera's token frames: the job's runs and model, without Kafka and Flink. */
public final class OfflineRecognizer {
    private final StreamModel<int[], float[]> recognizer;
    private final RecognizerSpec spec;
    private final TokenIntake intake;
    private final RunAssembler assembler;
    private final CameraModel<int[], float[]> model;
    private Optional<RunCursor> cursor = Optional.empty();

    /**
     * @param recognizer stays the caller's
     */
    public OfflineRecognizer(StreamModel<int[], float[]> recognizer) {
        this.recognizer = recognizer;
        spec = RecognizerSpec.of(recognizer.spec());
        intake = new TokenIntake(recognizer.spec());
        assembler = new RunAssembler(
                spec.periodMicros(recognizer.spec().chunkFrames()),
                recognizer.madeWith(),
                recognizer.spec().escapes());
        model = new CameraModel<>(recognizer);
    }

    /**
     * The scores after the camera's next token frame; empty when it is sampled out or was seen before.
     *
     * @throws IllegalArgumentException when the token frame is not one of the recognizer's tokenizer and size
     */
    public Optional<ActionScores> take(TokenFrame frame) {
        CameraTokens tokens;
        try {
            tokens = intake.take(frame);
        } catch (IntakeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        RunAssembler.Result result = assembler.step(cursor, tokens, 0);
        cursor = Optional.of(result.after());
        if (result.fate() != TokenFate.TAKEN) {
            return Optional.empty();
        }
        RunPlace place =
                new RunPlace(tokens, result.after().run(), result.after().taken() - 1);
        float[] probabilities = model.step(place.position(), result.tokens());
        return Optional.of(ActionEvents.of(place, probabilities, recognizer, spec));
    }
}

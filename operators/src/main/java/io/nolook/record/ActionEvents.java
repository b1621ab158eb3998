package io.nolook.record;

import io.nolook.model.StreamModel;
import io.nolook.recognition.Action;
import io.nolook.recognition.CameraTokens;
import io.nolook.recognition.CameraTokens.Span;
import io.nolook.recognition.RecognizerSpec;
import io.nolook.recognition.RunPlace;
import io.nolook.recognition.Scores;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.ActionState;
import java.util.ArrayList;
import java.util.List;

/** Scores and actions, as what they are in the core and as records. */
public final class ActionEvents {

    private ActionEvents() {}

    /** Whether one recognizer gave both: labels mean the same. */
    public static boolean sameRecognizer(ActionScores one, ActionScores other) {
        return one.getRecognizerHash().equals(other.getRecognizerHash());
    }

    /** Index of the background label, -1 when the recognizer has none. */
    public static int background(ActionScores scores) {
        return scores.getBackground() == null ? -1 : scores.getLabels().indexOf(scores.getBackground());
    }

    /** The scores of a record. */
    public static Scores scores(ActionScores record) {
        float[] probabilities = new float[record.getProbabilities().size()];
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = record.getProbabilities().get(i);
        }
        return new Scores(
                record.getEpoch(),
                record.getRun(),
                record.getPosition(),
                new Span(
                        record.getFirstSequence(),
                        record.getLastSequence(),
                        record.getFirstCapturedAtMicros(),
                        record.getLastCapturedAtMicros(),
                        record.getClockJumpedMicros()),
                probabilities);
    }

    /** The record of a step's probabilities. */
    public static ActionScores of(
            RunPlace place, float[] probabilities, StreamModel<int[], float[]> recognizer, RecognizerSpec spec) {
        CameraTokens tokens = place.tokens();
        List<Float> numbers = new ArrayList<>(probabilities.length);
        for (float probability : probabilities) {
            numbers.add(probability);
        }
        return ActionScores.newBuilder()
                .setCamera(tokens.camera())
                .setEpoch(tokens.epoch())
                .setTokenizerId(recognizer.spec().tokenizerId())
                .setRecognizer(recognizer.spec().name())
                .setRecognizerHash(recognizer.fileHash())
                .setRuntimeId(recognizer.runtimeId())
                .setRun(place.run())
                .setPosition(place.position())
                .setFirstSequence(tokens.span().firstSequence())
                .setLastSequence(tokens.span().lastSequence())
                .setFirstCapturedAtMicros(tokens.span().firstCapturedAtMicros())
                .setLastCapturedAtMicros(tokens.span().lastCapturedAtMicros())
                .setLabels(spec.labels())
                .setBackground(spec.background().orElse(null))
                .setProbabilities(numbers)
                .setClockJumpedMicros(tokens.span().clockJumpedMicros())
                .build();
    }

    /** Names an action: the same for its beginning and its end; no other has it. */
    public static String id(ActionEvent event) {
        return event.getCamera() + "/" + event.getEpoch() + "/" + event.getFirstSequence() + "/" + event.getLabel();
    }

    /**
     * The record of an action.
     *
     * @param scores of its camera and recognizer
     */
    public static ActionEvent of(Action action, ActionScores scores) {
        return ActionEvent.newBuilder()
                .setCamera(scores.getCamera())
                .setEpoch(action.epoch())
                .setTokenizerId(scores.getTokenizerId())
                .setRecognizer(scores.getRecognizer())
                .setRecognizerHash(scores.getRecognizerHash())
                .setLabel(scores.getLabels().get(action.label()))
                .setState(action.ended() ? ActionState.ENDED : ActionState.BEGUN)
                .setFirstSequence(action.firstSequence())
                .setLastSequence(action.lastSequence())
                .setStartMicros(action.startMicros())
                .setEndMicros(action.endMicros())
                .setConfidence(action.confidence())
                .setDurationMicros(action.durationMicros())
                .build();
    }
}

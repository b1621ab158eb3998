package io.nolook.flink.recognize;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** Every option of the recognizing operators: type, default, unit, range, cost. */
public final class RecognizeOptions {

    public static final ConfigOption<String> MODEL_RECOGNIZER = key("model.recognizer")
            .stringType()
            .defaultValue("builtin:nolook-words")
            .withDescription("Recognizer: the path of an .onnx file that every TaskManager can read, or builtin:NAME.");

    public static final ConfigOption<Integer> SCORES_EVERY = key("scores.every")
            .intType()
            .defaultValue(1)
            .withDescription("Scores are told after every so many token frames of a run, at least 1. The recognizer"
                    + " sees all of them in any case.");

    public static final ConfigOption<Double> ACTION_THRESHOLD = key("action.threshold")
            .doubleType()
            .defaultValue(0.6)
            .withDescription("Probability from which an action is seen, above 0, at most 1.");

    public static final ConfigOption<Double> ACTION_RELEASE = key("action.release")
            .doubleType()
            .defaultValue(0.4)
            .withDescription("Probability below which an action is over, above 0, at most action.threshold.");

    public static final ConfigOption<Duration> ACTION_MIN_DURATION = key("action.min-duration")
            .durationType()
            .defaultValue(Duration.ofMillis(500))
            .withDescription("How long an action must be seen, in capture time, before it is told. Longer is surer and"
                    + " later.");

    private RecognizeOptions() {}

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return List.of(MODEL_RECOGNIZER, SCORES_EVERY, ACTION_THRESHOLD, ACTION_RELEASE, ACTION_MIN_DURATION);
    }
}

package io.nolook.flink.recognize;

import io.nolook.flink.model.InferenceSettings;
import io.nolook.flink.stream.OptionChecks;
import io.nolook.recognition.EventThresholds;
import java.io.Serializable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;

/**
 * The options of the recognizing operators, checked before anything runs.
 *
 * <p>Serializable: travels with the job graph. Holds no model.
 */
public final class RecognizeSettings implements Serializable {
    private static final long serialVersionUID = 1;

    private final Configuration configuration;
    private final InferenceSettings inference;

    private RecognizeSettings(Configuration configuration, InferenceSettings inference) {
        this.configuration = configuration;
        this.inference = inference;
    }

    /**
     * Checks every option.
     *
     * @throws IllegalArgumentException naming the key, what was found and what is expected
     */
    public static RecognizeSettings of(Configuration configuration) {
        OptionChecks.readable(configuration, RecognizeOptions.all());
        OptionChecks.range(
                RecognizeOptions.SCORES_EVERY,
                configuration.get(RecognizeOptions.SCORES_EVERY),
                1,
                Integer.MAX_VALUE,
                "");
        RecognizeSettings settings =
                new RecognizeSettings(new Configuration(configuration), InferenceSettings.of(configuration));
        settings.eventThresholds(-1);
        return settings;
    }

    /** The same with the model on another GPU. */
    RecognizeSettings onGpu(int number) {
        return new RecognizeSettings(configuration, inference.onGpu(number));
    }

    /** How the model is run. */
    public InferenceSettings inference() {
        return inference;
    }

    public String recognizer() {
        return configuration.get(RecognizeOptions.MODEL_RECOGNIZER);
    }

    public int scoresEvery() {
        return configuration.get(RecognizeOptions.SCORES_EVERY);
    }

    /**
     * When scores become events.
     *
     * @param background index of the recognizer's background label, -1 for none
     */
    public EventThresholds eventThresholds(int background) {
        return new EventThresholds(
                configuration.get(RecognizeOptions.ACTION_THRESHOLD),
                configuration.get(RecognizeOptions.ACTION_RELEASE),
                TimeUnit.MILLISECONDS.toMicros(
                        configuration.get(RecognizeOptions.ACTION_MIN_DURATION).toMillis()),
                background);
    }
}

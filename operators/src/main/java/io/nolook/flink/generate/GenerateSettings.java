package io.nolook.flink.generate;

import io.nolook.flink.model.InferenceSettings;
import io.nolook.flink.stream.OptionChecks;
import io.nolook.generation.AnomalyThresholds;
import io.nolook.generation.Continuation;
import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;

/**
 * The options of the generating operators, checked before anything runs.
 *
 * <p>Serializable: travels with the job graph. Holds no model.
 */
public final class GenerateSettings implements Serializable {
    private static final long serialVersionUID = 1;

    private final Configuration configuration;
    private final InferenceSettings inference;

    private GenerateSettings(Configuration configuration, InferenceSettings inference) {
        this.configuration = configuration;
        this.inference = inference;
    }

    /**
     * Checks every option.
     *
     * @throws IllegalArgumentException naming the key, what was found and what is expected
     */
    public static GenerateSettings of(Configuration configuration) {
        OptionChecks.readable(configuration, GenerateOptions.all());
        Duration most = configuration.get(GenerateOptions.ANOMALY_MAX_DURATION);
        OptionChecks.require(
                most.compareTo(Duration.ofSeconds(1)) >= 0 && most.compareTo(Duration.ofDays(365)) <= 0,
                GenerateOptions.ANOMALY_MAX_DURATION,
                most,
                "1 s to 365 days");
        GenerateSettings settings =
                new GenerateSettings(new Configuration(configuration), InferenceSettings.of(configuration));
        settings.anomalyThresholds();
        Duration every = configuration.get(GenerateOptions.GENERATE_EVERY);
        OptionChecks.require(
                every.isZero()
                        || every.compareTo(Duration.ofSeconds(1)) >= 0 && every.compareTo(Duration.ofDays(365)) <= 0,
                GenerateOptions.GENERATE_EVERY,
                every,
                "0, or 1 s to 365 days");
        settings.continuation();
        return settings;
    }

    /** The same with the model on another GPU. */
    GenerateSettings onGpu(int number) {
        return new GenerateSettings(configuration, inference.onGpu(number));
    }

    /** How the model is run. */
    public InferenceSettings inference() {
        return inference;
    }

    public String predictor() {
        return configuration.get(GenerateOptions.MODEL_PREDICTOR);
    }

    public String sampler() {
        return configuration.get(GenerateOptions.MODEL_SAMPLER);
    }

    /** Whether token frames are drawn. */
    public boolean generates() {
        return configuration.get(GenerateOptions.GENERATE_ENABLED);
    }

    /** Capture time from one continuation to the next; 0 for only when asked. */
    public Duration every() {
        return configuration.get(GenerateOptions.GENERATE_EVERY);
    }

    /** What is drawn where nobody says otherwise. */
    public Continuation continuation() {
        try {
            return new Continuation(
                    configuration.get(GenerateOptions.GENERATE_SEED),
                    configuration.get(GenerateOptions.GENERATE_TEMPERATURE).floatValue(),
                    configuration.get(GenerateOptions.GENERATE_TOP_K),
                    configuration.get(GenerateOptions.GENERATE_FRAMES),
                    configuration.get(GenerateOptions.GENERATE_SAMPLES));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("generate.*: " + e.getMessage(), e);
        }
    }

    /** When surprise becomes events. */
    public AnomalyThresholds anomalyThresholds() {
        return new AnomalyThresholds(
                configuration.get(GenerateOptions.ANOMALY_THRESHOLD),
                configuration.get(GenerateOptions.ANOMALY_RELEASE),
                TimeUnit.MILLISECONDS.toMicros(
                        configuration.get(GenerateOptions.ANOMALY_MAX_DURATION).toMillis()));
    }
}

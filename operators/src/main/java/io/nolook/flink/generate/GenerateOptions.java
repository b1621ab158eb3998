package io.nolook.flink.generate;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** Every option of the generating operators: type, default, unit, range, cost. */
public final class GenerateOptions {

    public static final ConfigOption<String> MODEL_PREDICTOR = key("model.predictor")
            .stringType()
            .defaultValue("builtin:nolook-next")
            .withDescription("Predictor: the path of an .onnx file that every TaskManager can read, or builtin:NAME.");

    public static final ConfigOption<String> MODEL_SAMPLER = key("model.sampler")
            .stringType()
            .defaultValue("builtin:nolook-next")
            .withDescription("Sampler: the path of an .onnx file that every TaskManager can read, or builtin:NAME.");

    public static final ConfigOption<Double> ANOMALY_THRESHOLD = key("anomaly.threshold")
            .doubleType()
            .defaultValue(3.0)
            .withDescription(
                    "Bits a token beyond what is usual for the camera from which an anomaly begins, above 0, at"
                            + " most 100. Larger tells less.");

    public static final ConfigOption<Double> ANOMALY_RELEASE = key("anomaly.release")
            .doubleType()
            .defaultValue(1.0)
            .withDescription("Bits a token beyond what is usual below which it ends after 8 token frames, above 0, at"
                    + " most anomaly.threshold.");

    public static final ConfigOption<Duration> ANOMALY_MAX_DURATION = key("anomaly.max-duration")
            .durationType()
            .defaultValue(Duration.ofMinutes(10))
            .withDescription(
                    "An anomaly that lasts longer ends, and what is usual is learned anew: the camera was moved,"
                            + " or its scene changed for good. At least 1 s.");

    public static final ConfigOption<Boolean> GENERATE_ENABLED = key("generate.enabled")
            .booleanType()
            .defaultValue(true)
            .withDescription("Whether token frames are drawn: when nolook generate asks, and every generate.every. Then"
                    + " the state holds each camera's clip. Commands are taken where the job runs until it is stopped"
                    + " and delivery is exactly-once.");

    public static final ConfigOption<Duration> GENERATE_EVERY = key("generate.every")
            .durationType()
            .defaultValue(Duration.ZERO)
            .withDescription("Every camera is continued whenever its capture time passes a multiple of this, at least"
                    + " 1 s; 0 for only when asked.");

    public static final ConfigOption<Integer> GENERATE_FRAMES = key("generate.frames")
            .intType()
            .defaultValue(4)
            .withDescription("Token frames of a sample, at least 1; times generate.samples at most 128.");

    public static final ConfigOption<Integer> GENERATE_SAMPLES = key("generate.samples")
            .intType()
            .defaultValue(1)
            .withDescription("Samples of a continuation, 1 to 16; each is drawn by itself.");

    public static final ConfigOption<Long> GENERATE_SEED = key("generate.seed")
            .longType()
            .defaultValue(0L)
            .withDescription("Of the numbers that are drawn by, with the camera and the place: the same, the same"
                    + " samples.");

    public static final ConfigOption<Double> GENERATE_TEMPERATURE = key("generate.temperature")
            .doubleType()
            .defaultValue(1.0)
            .withDescription("0.05 to 20. Below 1 likely values become likelier.");

    public static final ConfigOption<Integer> GENERATE_TOP_K = key("generate.top-k")
            .intType()
            .defaultValue(64)
            .withDescription("Of the values of each factor of a token only so many of the likeliest, at least 1; the"
                    + " shipped sampler's have 64. 1 always draws the likeliest.");

    private GenerateOptions() {}

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return List.of(
                MODEL_PREDICTOR,
                MODEL_SAMPLER,
                ANOMALY_THRESHOLD,
                ANOMALY_RELEASE,
                ANOMALY_MAX_DURATION,
                GENERATE_ENABLED,
                GENERATE_EVERY,
                GENERATE_FRAMES,
                GENERATE_SAMPLES,
                GENERATE_SEED,
                GENERATE_TEMPERATURE,
                GENERATE_TOP_K);
    }
}

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
            .withDescription(
                    "Sampler: the path of an .onnx file, or builtin:NAME. Of commands that draw token frames.");

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

    private GenerateOptions() {}

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return List.of(MODEL_PREDICTOR, MODEL_SAMPLER, ANOMALY_THRESHOLD, ANOMALY_RELEASE, ANOMALY_MAX_DURATION);
    }
}

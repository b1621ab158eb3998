package io.nolook.flink.detokenize;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** Options of the detokenizing operators: type, default, unit, range, cost. */
public final class DetokenizeOptions {

    public static final ConfigOption<String> MODEL_DECODER = key("model.decoder")
            .stringType()
            .defaultValue("builtin:nolook-small")
            .withDescription("Decoder: the path of an .onnx file that every TaskManager can read, or builtin:NAME;"
                    + " builtin:NAME/sharp is the one for people, which invents texture.");

    public static final ConfigOption<String> MODEL_REGISTRY = key("model.registry")
            .stringType()
            .defaultValue("")
            .withDescription("Folder of models by identity, TOKENIZER_ID/decoder.onnx: commands that decode look there"
                    + " first. Empty for none.");

    public static final ConfigOption<Double> JPEG_QUALITY = key("decoded.jpeg-quality")
            .doubleType()
            .defaultValue(0.9)
            .withDescription("Of decoded frames, 0 to 1. Larger is closer to what the tokens keep, and larger.");

    private DetokenizeOptions() {}

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return List.of(MODEL_DECODER, MODEL_REGISTRY, JPEG_QUALITY);
    }
}

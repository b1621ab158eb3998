package io.nolook.tool.bench;

import io.nolook.flink.tokenize.TokenizeOptions;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.Configuration;

/** Which file of a built-in encoder runs; an encoder of somebody's own has one only. */
public enum BenchModel {
    INT8,
    FP32;

    private static final String FLOATS = "/fp32";

    /** Those that there are of the encoder of the options. */
    public static List<BenchModel> of(Configuration options) {
        return isBuiltin(options) ? List.of(values()) : List.of(FP32);
    }

    private static boolean isBuiltin(Configuration options) {
        return options.get(TokenizeOptions.MODEL_ENCODER).startsWith("builtin:");
    }

    /** The options with this file instead. */
    public Configuration in(Configuration options) {
        Configuration own = new Configuration(options);
        if (isBuiltin(options)) {
            String name = options.get(TokenizeOptions.MODEL_ENCODER).replace(FLOATS, "");
            own.set(TokenizeOptions.MODEL_ENCODER, this == INT8 ? name : name + FLOATS);
        }
        return own;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

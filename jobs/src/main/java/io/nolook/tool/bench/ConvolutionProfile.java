package io.nolook.tool.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The convolutions of a graph as ONNX Runtime ran them: multiply-accumulates and time.
 *
 * @param macs multiply-accumulates of all convolutions in the profile; not a number where it does not tell the shape of
 *     weights, as of integer ones
 * @param micros spent in them
 * @param runMicros of the whole runs
 * @param steps model runs in the profile
 */
public record ConvolutionProfile(double macs, double micros, double runMicros, int steps) {

    /** Reads a profile that ONNX Runtime wrote, leaving out the first {@code warmup} runs. */
    public static ConvolutionProfile read(Path file, int warmup) throws IOException {
        double macs = 0;
        double micros = 0;
        double runMicros = 0;
        int run = 0;
        int counted = 0;
        double pendingMacs = 0;
        double pendingMicros = 0;
        for (JsonNode event : new ObjectMapper().readTree(file.toFile())) {
            String name = event.path("name").asText();
            if (name.equals("model_run")) {
                // Written after the nodes of its run.
                if (run++ >= warmup) {
                    macs += pendingMacs;
                    micros += pendingMicros;
                    runMicros += event.path("dur").asDouble();
                    counted++;
                }
                pendingMacs = 0;
                pendingMicros = 0;
            } else if (name.endsWith("_kernel_time")
                    && event.path("args").path("op_name").asText().endsWith("Conv")) {
                pendingMacs += macs(event.path("args"));
                pendingMicros += event.path("dur").asDouble();
            }
        }
        if (counted == 0) {
            throw new IOException("found no model run after " + warmup + " in " + file + ", expected some");
        }
        return new ConvolutionProfile(macs, micros, runMicros, counted);
    }

    /** Outputs times the weights of one output: [N,O,H,W] x [I,kh,kw]. */
    private static double macs(JsonNode arguments) {
        if (!arguments.path("op_name").asText().equals("Conv")) {
            return Double.NaN; // kernels of integers keep their weights to themselves
        }
        JsonNode weights = arguments.path("input_type_shape").path(1).elements().next();
        JsonNode outputs =
                arguments.path("output_type_shape").path(0).elements().next();
        double each = 1;
        for (int i = 1; i < weights.size(); i++) {
            each *= weights.get(i).asDouble();
        }
        double count = 1;
        for (JsonNode dimension : outputs) {
            count *= dimension.asDouble();
        }
        return each * count;
    }

    public double macsPerStep() {
        return macs / steps;
    }

    /** Part of the runs' time that convolutions take, 0 to 1. */
    public double share() {
        return micros / runMicros;
    }

    /** Billions of multiply-accumulates a second inside the convolutions. */
    public double gigaMacsPerSecond() {
        return macs / micros / 1000;
    }
}

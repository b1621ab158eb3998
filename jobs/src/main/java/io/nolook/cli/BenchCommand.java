package io.nolook.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.nolook.bench.ThroughputBench;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook bench}: measurements with their command. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "throughput: frames/s of the whole pipeline beside the bare ONNX Runtime loop, in one run.")
final class BenchCommand implements Callable<Integer> {

    /** What can be measured. */
    enum Suite {
        throughput
    }

    @Parameters(paramLabel = "SUITE", description = "${COMPLETION-CANDIDATES}")
    private Suite suite;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the JSON goes.")
    private Path out;

    @Option(names = "--cameras", defaultValue = "8", description = "Cameras (default: ${DEFAULT-VALUE}).")
    private int cameras;

    @Option(names = "--frames", defaultValue = "1200", description = "Frames a camera (default: ${DEFAULT-VALUE}).")
    private int frames;

    @Mixin
    private OptionSources options;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        if (cameras < 1 || frames < 100) {
            throw new IllegalArgumentException("found --cameras " + cameras + " and --frames " + frames
                    + ", expected at least 1 and at least 100");
        }
        PrintWriter said = command.commandLine().getOut();
        ThroughputBench.Result result = new ThroughputBench(options.read(), cameras, frames, said).run();
        Files.createDirectories(out);
        Path json = out.resolve(suite + ".json");
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), result);
        said.printf(
                "%d cameras, %d threads, batch %d: %.1f frames/s, bare loop %.1f, ratio %.2f;"
                        + " CPU outside ONNX Runtime %.2f ms a frame (%.2f - %.2f); %s%n%s%n",
                result.cameras(),
                result.threads(),
                result.batch(),
                result.framesPerSecond(),
                result.bareFramesPerSecond(),
                result.ratio(),
                result.cpuMillisOutside(),
                result.cpuMillisPerFrame(),
                result.bareCpuMillisPerFrame(),
                result.runtime(),
                json);
        return 0;
    }
}

package io.nolook.tool.bench.peer;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A script of the Python peers in a process of its own; its output is kept for when it fails. */
final class PythonPeer implements Peer.Running {
    private static final long STOP_SECONDS = 5;

    private final Process process;
    private final Path log;

    /**
     * What all of them are given.
     *
     * @param python interpreter
     * @param scripts their folder
     * @param work folder with the schemas, for logs
     */
    record Place(Path python, Path scripts, Path work) {}

    /**
     * Starts one.
     *
     * @param script its file
     * @param model encoder file
     * @param cameras that an offline script keeps; 0 for others
     */
    PythonPeer(Place place, String script, Path model, int cameras, TokenizeSettings settings, KafkaSettings kafka)
            throws IOException {
        log = place.work().resolve(script + "-" + System.nanoTime() + ".log");
        List<String> command = new ArrayList<>(List.of(
                place.python().toString(),
                place.scripts().resolve(script).toAbsolutePath().toString()));
        option(command, "bootstrap", kafka.configuration().get(KafkaOptions.BOOTSTRAP_SERVERS));
        option(command, "frames", kafka.framesTopic());
        option(command, "tokens", kafka.tokensTopic());
        option(command, "group", kafka.configuration().get(KafkaOptions.GROUP_ID));
        option(command, "model", model);
        option(command, "schemas", place.work());
        option(command, "size", settings.frameSize());
        option(command, "keyframe-interval", settings.keyframeInterval());
        option(command, "threads", settings.inference().session().threads());
        option(command, "batch", settings.inference().batchLimits().size());
        option(command, "cameras", cameras);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .directory(place.work().toFile())
                .start();
    }

    private static void option(List<String> command, String name, Object value) {
        command.addAll(List.of("--" + name, value.toString()));
    }

    @Override
    public long cpuNanosElsewhere() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    @Override
    public void check() {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "found that a Python peer ended with " + process.exitValue() + ", expected it to go on: " + said());
        }
    }

    /** Waits until it has done all that there is. */
    void await() throws InterruptedException {
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException("found that a Python peer failed with " + status + ": " + said());
        }
    }

    private String said() {
        try {
            return Files.readString(log).strip();
        } catch (IOException e) {
            return "(its log cannot be read)";
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}

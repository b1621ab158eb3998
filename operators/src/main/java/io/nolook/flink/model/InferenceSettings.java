package io.nolook.flink.model;

import io.nolook.batch.BatchLimits;
import io.nolook.flink.stream.OptionChecks;
import io.nolook.model.onnx.SessionSettings;
import java.io.Serializable;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * How any model is run: batches, memory, device; checked before anything runs.
 *
 * <p>Serializable: travels with the job graph.
 */
public final class InferenceSettings implements Serializable {
    private static final long serialVersionUID = 1;

    private final Configuration configuration;

    private InferenceSettings(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * Checks every option.
     *
     * @throws IllegalArgumentException naming the key, what was found and what is expected
     */
    public static InferenceSettings of(Configuration configuration) {
        OptionChecks.readable(configuration, InferenceOptions.all());
        InferenceSettings settings = new InferenceSettings(new Configuration(configuration));
        settings.batchLimits();
        OptionChecks.range(
                InferenceOptions.INFERENCE_THREADS, configuration.get(InferenceOptions.INFERENCE_THREADS), 0, 256, "");
        OptionChecks.range(
                InferenceOptions.INFERENCE_DEVICE_NUMBER,
                configuration.get(InferenceOptions.INFERENCE_DEVICE_NUMBER),
                0,
                1023,
                "");
        long idle = settings.cameraIdleTtlMillis();
        OptionChecks.require(idle >= 1000, InferenceOptions.CAMERA_IDLE_TTL, idle + " ms", "at least 1 s");
        long silent = settings.cameraSilentAfterMillis();
        OptionChecks.require(silent >= 1000, InferenceOptions.CAMERA_SILENT_AFTER, silent + " ms", "at least 1 s");
        OptionChecks.range(InferenceOptions.CAMERA_NAMED, configuration.get(InferenceOptions.CAMERA_NAMED), 0, 100, "");
        long gpu = configuration.get(InferenceOptions.INFERENCE_GPU_MEMORY).getBytes();
        OptionChecks.require(
                gpu >= 64L << 20, InferenceOptions.INFERENCE_GPU_MEMORY, gpu + " bytes", "at least 64 MiB");
        return settings;
    }

    public BatchLimits batchLimits() {
        return new BatchLimits(
                configuration.get(InferenceOptions.BATCH_SIZE),
                configuration.get(InferenceOptions.BATCH_MAX_DELAY).toMillis(),
                configuration.get(InferenceOptions.BATCH_QUEUE));
    }

    public long activationsMaxBytes() {
        return configuration.get(InferenceOptions.ACTIVATIONS_MAX_BYTES).getBytes();
    }

    public long stateHeldBytes() {
        return configuration.get(InferenceOptions.STATE_HELD_BYTES).getBytes();
    }

    public long cameraIdleTtlMillis() {
        return configuration.get(InferenceOptions.CAMERA_IDLE_TTL).toMillis();
    }

    /** From when on a camera counts as silent in the metrics. */
    long cameraSilentAfterMillis() {
        return configuration.get(InferenceOptions.CAMERA_SILENT_AFTER).toMillis();
    }

    /** Most cameras of a task that metrics name, for either reason. */
    int camerasNamed() {
        return configuration.get(InferenceOptions.CAMERA_NAMED);
    }

    /** The same on another GPU. */
    public InferenceSettings onGpu(int number) {
        Configuration other = new Configuration(configuration);
        other.set(InferenceOptions.INFERENCE_DEVICE_NUMBER, number);
        return new InferenceSettings(other);
    }

    /** What the session runs on; one thread for each core of the machine that asks, unless set. */
    public SessionSettings session() {
        int threads = configuration.get(InferenceOptions.INFERENCE_THREADS);
        return new SessionSettings(
                configuration.get(InferenceOptions.INFERENCE_DEVICE),
                configuration.get(InferenceOptions.INFERENCE_DEVICE_NUMBER),
                threads == 0 ? Math.min(256, Runtime.getRuntime().availableProcessors()) : threads,
                configuration.get(InferenceOptions.INFERENCE_GPU_MEMORY).getBytes(),
                Optional.empty());
    }
}

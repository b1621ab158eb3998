package io.nolook.flink.model;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.nolook.model.onnx.Device;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** Options of every operator that runs a model: type, default, unit, range, cost. */
public final class InferenceOptions {

    public static final ConfigOption<Duration> CAMERA_IDLE_TTL = key("camera.idle-ttl")
            .durationType()
            .defaultValue(Duration.ofMinutes(10))
            .withDescription("A camera silent for this long loses its state; its pending frames count as abandoned.");

    public static final ConfigOption<Duration> CAMERA_SILENT_AFTER = key("camera.silent-after")
            .durationType()
            .defaultValue(Duration.ofSeconds(30))
            .withDescription(
                    "From when on a camera counts as silent in the metrics, at least 1 s; nothing else changes.");

    public static final ConfigOption<Integer> CAMERA_NAMED = key("camera.named")
            .intType()
            .defaultValue(10)
            .withDescription("Most cameras of a task that metrics name for being silent, and as many for having chunks"
                    + " that wait; 0 to 100. Each is a time series or two.");

    public static final ConfigOption<Integer> BATCH_SIZE = key("batch.size")
            .intType()
            .defaultValue(8)
            .withDescription("Most chunks (of different cameras) in one model run, 1 to 256. Larger is faster on a GPU"
                    + " and takes more memory.");

    public static final ConfigOption<Duration> BATCH_MAX_DELAY = key("batch.max-delay")
            .durationType()
            .defaultValue(Duration.ofMillis(20))
            .withDescription("Longest wait of a chunk for a fuller batch. Adds to latency, saves model runs.");

    public static final ConfigOption<Integer> BATCH_QUEUE = key("batch.queue")
            .intType()
            .defaultValue(64)
            .withDescription("Most chunks that wait in a task, at least batch.size; then the source is held back.");

    public static final ConfigOption<MemorySize> ACTIVATIONS_MAX_BYTES = key("activations.max-bytes")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(512))
            .withDescription("Heap for the live activations of a task's cameras; below what the active cameras need,"
                    + " they are rebuilt from the window (see rebuilds-per-chunk).");

    public static final ConfigOption<MemorySize> STATE_HELD_BYTES = key("state.held-bytes")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(256))
            .withDescription("Heap for what a task's cameras have become since the last checkpoint; beyond it the"
                    + " cameras seen longest ago are written to the state at once. Less writes more.");

    public static final ConfigOption<Device> INFERENCE_DEVICE = key("inference.device")
            .enumType(Device.class)
            .defaultValue(Device.AUTO)
            .withDescription(
                    "auto, cpu or cuda. cuda fails at start when it cannot be had; auto falls back, saying so.");

    public static final ConfigOption<Integer> INFERENCE_DEVICE_NUMBER = key("inference.device-number")
            .intType()
            .defaultValue(0)
            .withDescription(
                    "Number of the CUDA device, from 0 on. Where Flink hands out GPUs (external-resources: gpu),"
                            + " the one that it gave the task is used instead.");

    public static final ConfigOption<Integer> INFERENCE_THREADS = key("inference.threads")
            .intType()
            .defaultValue(0)
            .withDescription("Threads of one model run on the CPU, 0 to 256; 0 is one for each core.");

    public static final ConfigOption<MemorySize> INFERENCE_GPU_MEMORY = key("inference.gpu-memory")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(4096))
            .withDescription("Most GPU memory of the session, at least 64 MiB.");

    private InferenceOptions() {}

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return List.of(
                CAMERA_IDLE_TTL,
                CAMERA_SILENT_AFTER,
                CAMERA_NAMED,
                BATCH_SIZE,
                BATCH_MAX_DELAY,
                BATCH_QUEUE,
                ACTIVATIONS_MAX_BYTES,
                STATE_HELD_BYTES,
                INFERENCE_DEVICE,
                INFERENCE_DEVICE_NUMBER,
                INFERENCE_THREADS,
                INFERENCE_GPU_MEMORY);
    }
}

package io.nolook.flink;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.nolook.frame.FrameFit;
import io.nolook.tokenizer.onnx.Device;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** Every option of the tokenizing operators: type, default, unit, range, cost. */
public final class TokenizeOptions {

    /** What is done when frames come faster than the model. */
    public enum Overload {
        BLOCK,
        SKIP
    }

    public static final ConfigOption<String> MODEL_ENCODER = key("model.encoder")
            .stringType()
            .defaultValue("builtin:nolook-small")
            .withDescription("Encoder: the path of an .onnx file that every TaskManager can read, or builtin:NAME.");

    public static final ConfigOption<String> FRAME_SIZE = key("frame.size")
            .stringType()
            .defaultValue("128x128")
            .withDescription("WIDTHxHEIGHT that the model sees, pixels, multiples of the model's spatial stride."
                    + " Cost grows with the area.");

    public static final ConfigOption<FrameFit> FRAME_FIT = key("frame.fit")
            .enumType(FrameFit.class)
            .defaultValue(FrameFit.CROP)
            .withDescription("How pictures are brought to frame.size: crop (centre), pad (black bars) or stretch.");

    public static final ConfigOption<Double> FRAME_RATE = key("frame.rate")
            .doubleType()
            .defaultValue(0.0)
            .withDescription("Most frames a second taken of a camera, by capture time; 0 takes all. 0 to 1000.");

    public static final ConfigOption<MemorySize> FRAME_MAX_BYTES = key("frame.max-bytes")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(1))
            .withDescription("Largest coded picture; larger ones are dead letters. At most max.message.bytes of the"
                    + " frames topic.");

    public static final ConfigOption<Integer> FRAME_MAX_PIXELS = key("frame.max-pixels")
            .intType()
            .defaultValue(16_777_216)
            .withDescription("Most pixels of a picture, read from its header before decoding. 1 to 268435456."
                    + " Three bytes of heap each while decoding.");

    public static final ConfigOption<Integer> KEYFRAME_INTERVAL = key("keyframe.interval")
            .intType()
            .defaultValue(60)
            .withDescription("Token frames from a keyframe to the next, at least 1 (60 are 8 s at 30 frames/s)."
                    + " Smaller seeks faster and costs seams.");

    public static final ConfigOption<Overload> OVERLOAD = key("overload")
            .enumType(Overload.class)
            .defaultValue(Overload.BLOCK)
            .withDescription("When frames come faster than the model: block holds the source back and loses nothing;"
                    + " skip drops frames older than overload.freshness, records which, and goes on at a keyframe.");

    public static final ConfigOption<Duration> OVERLOAD_FRESHNESS = key("overload.freshness")
            .durationType()
            .defaultValue(Duration.ofSeconds(2))
            .withDescription("With overload = skip: age (from Kafka's timestamp) from which frames are skipped, until"
                    + " they are half as old. Smaller is fresher, and has more keyframes. At least 100 ms.");

    public static final ConfigOption<Duration> EPOCH_RESET_AFTER = key("epoch.reset-after")
            .durationType()
            .defaultValue(Duration.ofSeconds(60))
            .withDescription("How long only lower epochs of a camera must arrive before one is accepted.");

    public static final ConfigOption<Duration> CAMERA_IDLE_TTL = key("camera.idle-ttl")
            .durationType()
            .defaultValue(Duration.ofMinutes(10))
            .withDescription("A camera silent for this long loses its state; its pending frames count as abandoned.");

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

    public static final ConfigOption<Device> INFERENCE_DEVICE = key("inference.device")
            .enumType(Device.class)
            .defaultValue(Device.AUTO)
            .withDescription(
                    "auto, cpu or cuda. cuda fails at start when it cannot be had; auto falls back, saying so.");

    public static final ConfigOption<Integer> INFERENCE_THREADS = key("inference.threads")
            .intType()
            .defaultValue(0)
            .withDescription("Threads of one model run on the CPU, 0 to 256; 0 is one for each core.");

    public static final ConfigOption<MemorySize> INFERENCE_GPU_MEMORY = key("inference.gpu-memory")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(4096))
            .withDescription("Most GPU memory of the session, at least 64 MiB.");

    private TokenizeOptions() {}

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return List.of(
                MODEL_ENCODER,
                FRAME_SIZE,
                FRAME_FIT,
                FRAME_RATE,
                FRAME_MAX_BYTES,
                FRAME_MAX_PIXELS,
                KEYFRAME_INTERVAL,
                OVERLOAD,
                OVERLOAD_FRESHNESS,
                EPOCH_RESET_AFTER,
                CAMERA_IDLE_TTL,
                BATCH_SIZE,
                BATCH_MAX_DELAY,
                BATCH_QUEUE,
                ACTIVATIONS_MAX_BYTES,
                INFERENCE_DEVICE,
                INFERENCE_THREADS,
                INFERENCE_GPU_MEMORY);
    }
}

package io.nolook.flink.tokenize;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.nolook.frame.FrameFit;
import io.nolook.record.DeadLetters;
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
            .withDescription(
                    "Encoder: the path of an .onnx file that every TaskManager can read, or builtin:NAME, which is in integers"
                            + " on the CPU and in floating point on CUDA; builtin:NAME/fp32 is in floating point everywhere.");

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
            .defaultValue(new MemorySize(DeadLetters.USUAL_ORIGINAL_BYTES))
            .withDescription("Largest coded picture; larger ones are dead letters. With 64 KiB more at most"
                    + " max.message.bytes of the frames topic, with 128 KiB more of the dead-letters topic; the default fits"
                    + " topics of Kafka's default size.");

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
            .withDescription("How long only frames of a camera must arrive that are late, of lower epochs or too far"
                    + " ahead, before its numbers begin anew with one.");

    public static final ConfigOption<Long> SEQUENCE_MAX_AHEAD = key("sequence.max-ahead")
            .longType()
            .defaultValue(1L << 32)
            .withDescription(
                    "Most sequence numbers that may be missing before a frame, at least 1; one further ahead is a"
                            + " dead letter. Frames beyond that number carry their record to the task, which costs network:"
                            + " keep it above what a camera sends in an epoch.");

    public static final ConfigOption<Boolean> CONTROL_ENABLED = key("control.enabled")
            .booleanType()
            .noDefaultValue()
            .withDescription(
                    "Whether the job takes commands from topics.control: other models, keyframes now. By default"
                            + " it does where it runs until it is stopped and delivery is exactly-once; elsewhere it cannot, as a"
                            + " repeated run could give a frame other tokens.");

    public static final ConfigOption<MemorySize> CONTROL_MODELS_MAX_BYTES = key("control.models-max-bytes")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(512))
            .withDescription(
                    "Memory beside the heap for the weights and buffers of all models that a task has open, that"
                            + " of model.encoder among them; a command for one more is refused.");

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
                SEQUENCE_MAX_AHEAD,
                CONTROL_ENABLED,
                CONTROL_MODELS_MAX_BYTES);
    }
}

package io.nolook.flink;

import io.nolook.batch.BatchLimits;
import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameSize;
import io.nolook.tokenizer.VideoTokenizer;
import io.nolook.tokenizer.onnx.Device;
import io.nolook.window.WindowSpec;
import java.io.Serializable;
import java.util.function.Supplier;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * The options of the tokenizing operators, checked before anything runs.
 *
 * <p>Serializable: travels with the job graph. Holds no model; {@link TokenizerLoader} opens it where it runs.
 */
public final class TokenizeSettings implements Serializable {
    private static final long serialVersionUID = 1;

    private final Configuration configuration;

    private TokenizeSettings(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * Checks every option.
     *
     * @throws IllegalArgumentException naming the key, what was found and what is expected
     */
    public static TokenizeSettings of(Configuration configuration) {
        TokenizeSettings settings = new TokenizeSettings(new Configuration(configuration));
        for (ConfigOption<?> option : TokenizeOptions.all()) {
            named(option, () -> configuration.get(option));
        }
        named(TokenizeOptions.FRAME_SIZE, settings::frameSize);
        settings.batchLimits();
        settings.range(TokenizeOptions.FRAME_MAX_PIXELS, 1, 1 << 28);
        settings.range(TokenizeOptions.KEYFRAME_INTERVAL, 1, Integer.MAX_VALUE);
        settings.range(TokenizeOptions.INFERENCE_THREADS, 0, 256);
        double rate = configuration.get(TokenizeOptions.FRAME_RATE);
        require(rate >= 0 && rate <= 1000, TokenizeOptions.FRAME_RATE, rate, "0 to 1000");
        long bytes = settings.frameMaxBytes();
        require(bytes >= 1024 && bytes <= 1 << 30, TokenizeOptions.FRAME_MAX_BYTES, bytes, "1 KiB to 1 GiB");
        long freshness = configuration.get(TokenizeOptions.OVERLOAD_FRESHNESS).toMillis();
        require(freshness >= 100, TokenizeOptions.OVERLOAD_FRESHNESS, freshness + " ms", "at least 100 ms");
        long idle = settings.cameraIdleTtlMillis();
        require(idle >= 1000, TokenizeOptions.CAMERA_IDLE_TTL, idle + " ms", "at least 1 s");
        long gpu = settings.gpuMemoryBytes();
        require(gpu >= 64L << 20, TokenizeOptions.INFERENCE_GPU_MEMORY, gpu + " bytes", "at least 64 MiB");
        return settings;
    }

    public String encoder() {
        return configuration.get(TokenizeOptions.MODEL_ENCODER);
    }

    public FrameSize frameSize() {
        return FrameSize.parse(configuration.get(TokenizeOptions.FRAME_SIZE));
    }

    public FrameFit frameFit() {
        return configuration.get(TokenizeOptions.FRAME_FIT);
    }

    /** Least time between two frames taken, 0 for all. */
    public long sampleIntervalMicros() {
        double rate = configuration.get(TokenizeOptions.FRAME_RATE);
        return rate == 0 ? 0 : Math.round(1e6 / rate);
    }

    public int frameMaxBytes() {
        return Math.toIntExact(
                configuration.get(TokenizeOptions.FRAME_MAX_BYTES).getBytes());
    }

    public int frameMaxPixels() {
        return configuration.get(TokenizeOptions.FRAME_MAX_PIXELS);
    }

    public int keyframeInterval() {
        return configuration.get(TokenizeOptions.KEYFRAME_INTERVAL);
    }

    public long epochResetAfterMillis() {
        return configuration.get(TokenizeOptions.EPOCH_RESET_AFTER).toMillis();
    }

    public TokenizeOptions.Overload overload() {
        return configuration.get(TokenizeOptions.OVERLOAD);
    }

    /** Age from which frames are skipped, 0 for none. */
    private long freshnessMillis() {
        return overload() == TokenizeOptions.Overload.SKIP
                ? configuration.get(TokenizeOptions.OVERLOAD_FRESHNESS).toMillis()
                : 0;
    }

    public long cameraIdleTtlMillis() {
        return configuration.get(TokenizeOptions.CAMERA_IDLE_TTL).toMillis();
    }

    /** How frames become chunks of this model. */
    public WindowSpec window(VideoTokenizer tokenizer) {
        return new WindowSpec(
                tokenizer.encoderHash(),
                tokenizer.spec().chunkFrames(),
                tokenizer.spec().history(),
                keyframeInterval(),
                sampleIntervalMicros(),
                epochResetAfterMillis(),
                freshnessMillis());
    }

    public BatchLimits batchLimits() {
        return new BatchLimits(
                configuration.get(TokenizeOptions.BATCH_SIZE),
                configuration.get(TokenizeOptions.BATCH_MAX_DELAY).toMillis(),
                configuration.get(TokenizeOptions.BATCH_QUEUE));
    }

    public long activationsMaxBytes() {
        return configuration.get(TokenizeOptions.ACTIVATIONS_MAX_BYTES).getBytes();
    }

    public Device device() {
        return configuration.get(TokenizeOptions.INFERENCE_DEVICE);
    }

    /** As set, or one for each core of the machine that asks. */
    public int threads() {
        int threads = configuration.get(TokenizeOptions.INFERENCE_THREADS);
        return threads == 0 ? Math.min(256, Runtime.getRuntime().availableProcessors()) : threads;
    }

    public long gpuMemoryBytes() {
        return configuration.get(TokenizeOptions.INFERENCE_GPU_MEMORY).getBytes();
    }

    private void range(ConfigOption<Integer> option, int least, int most) {
        int found = configuration.get(option);
        require(found >= least && found <= most, option, found, least + " to " + most);
    }

    private static void require(boolean holds, ConfigOption<?> option, Object found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(option.key() + ": found " + found + ", expected " + expected);
        }
    }

    /** Runs a check whose own message may not know the key. */
    private static void named(ConfigOption<?> option, Supplier<?> read) {
        try {
            read.get();
        } catch (IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalArgumentException(option.key() + ": " + cause.getMessage(), e);
        }
    }
}

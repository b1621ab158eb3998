package io.nolook.flink.tokenize;

import io.nolook.flink.model.InferenceOptions;
import io.nolook.flink.model.InferenceSettings;
import io.nolook.flink.model.ModelLoader;
import io.nolook.flink.stream.OptionChecks;
import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.FrameSize;
import io.nolook.identity.MadeWith;
import io.nolook.model.StreamModel;
import io.nolook.record.FrameIntake;
import io.nolook.record.TokenFrames;
import io.nolook.window.WindowSpec;
import java.io.Serializable;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * The options of the tokenizing operators, checked before anything runs.
 *
 * <p>Serializable: travels with the job graph. Holds no model; {@link ModelLoader} opens it where it runs.
 */
public final class TokenizeSettings implements Serializable {
    private static final long serialVersionUID = 1;

    private final Configuration configuration;
    private final InferenceSettings inference;

    private TokenizeSettings(Configuration configuration, InferenceSettings inference) {
        this.configuration = configuration;
        this.inference = inference;
    }

    /**
     * Checks every option.
     *
     * @throws IllegalArgumentException naming the key, what was found and what is expected
     */
    public static TokenizeSettings of(Configuration configuration) {
        TokenizeSettings settings =
                new TokenizeSettings(new Configuration(configuration), InferenceSettings.of(configuration));
        OptionChecks.readable(configuration, TokenizeOptions.all());
        OptionChecks.named(TokenizeOptions.FRAME_SIZE, settings::frameSize);
        OptionChecks.range(
                TokenizeOptions.FRAME_MAX_PIXELS, configuration.get(TokenizeOptions.FRAME_MAX_PIXELS), 1, 1 << 28, "");
        OptionChecks.range(
                TokenizeOptions.KEYFRAME_INTERVAL,
                configuration.get(TokenizeOptions.KEYFRAME_INTERVAL),
                1,
                Integer.MAX_VALUE,
                "");
        double rate = configuration.get(TokenizeOptions.FRAME_RATE);
        OptionChecks.require(rate >= 0 && rate <= 1000, TokenizeOptions.FRAME_RATE, rate, "0 to 1000");
        long bytes = settings.frameMaxBytes();
        OptionChecks.require(
                bytes >= 1024 && bytes <= 1 << 30, TokenizeOptions.FRAME_MAX_BYTES, bytes, "1 KiB to 1 GiB");
        OptionChecks.range(
                TokenizeOptions.SEQUENCE_MAX_AHEAD,
                configuration.get(TokenizeOptions.SEQUENCE_MAX_AHEAD),
                1,
                Long.MAX_VALUE,
                "");
        long freshness = configuration.get(TokenizeOptions.OVERLOAD_FRESHNESS).toMillis();
        OptionChecks.require(
                freshness >= 100, TokenizeOptions.OVERLOAD_FRESHNESS, freshness + " ms", "at least 100 ms");
        long reset = settings.epochResetAfterMillis();
        long idle = settings.inference.cameraIdleTtlMillis();
        OptionChecks.require(
                reset < idle,
                TokenizeOptions.EPOCH_RESET_AFTER,
                reset + " ms",
                "less than " + InferenceOptions.CAMERA_IDLE_TTL.key() + " = " + idle
                        + " ms, after which the camera is forgotten anyway");
        return settings;
    }

    /** The same with the model on another GPU. */
    TokenizeSettings onGpu(int number) {
        return new TokenizeSettings(configuration, inference.onGpu(number));
    }

    /** The same with another encoder. */
    public TokenizeSettings withEncoder(String location) {
        Configuration other = new Configuration(configuration);
        other.set(TokenizeOptions.MODEL_ENCODER, location);
        return new TokenizeSettings(other, inference);
    }

    /** How the model is run. */
    public InferenceSettings inference() {
        return inference;
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

    /** What a picture may cost, wherever it comes from. */
    public FrameLimits frameLimits() {
        return new FrameLimits(
                frameMaxBytes(), configuration.get(TokenizeOptions.FRAME_MAX_PIXELS), FrameLimits.DEFAULTS.maxScans());
    }

    /** What turns received records into frames of the model's size. */
    public FrameIntake intake() {
        return new FrameIntake(frameLimits(), frameFit(), frameSize(), maxAhead());
    }

    public int frameMaxBytes() {
        return Math.toIntExact(
                configuration.get(TokenizeOptions.FRAME_MAX_BYTES).getBytes());
    }

    public int keyframeInterval() {
        return configuration.get(TokenizeOptions.KEYFRAME_INTERVAL);
    }

    public long epochResetAfterMillis() {
        return configuration.get(TokenizeOptions.EPOCH_RESET_AFTER).toMillis();
    }

    /** Most sequence numbers that may be missing before a frame. */
    private long maxAhead() {
        return configuration.get(TokenizeOptions.SEQUENCE_MAX_AHEAD);
    }

    public TokenizeOptions.Overload overload() {
        return configuration.get(TokenizeOptions.OVERLOAD);
    }

    /** Whether the job is to take commands; empty when the options do not say. */
    public Optional<Boolean> controlled() {
        return configuration.getOptional(TokenizeOptions.CONTROL_ENABLED);
    }

    /** Most bytes beside the heap of all models that a task has open. */
    public long modelsMaxBytes() {
        return configuration.get(TokenizeOptions.CONTROL_MODELS_MAX_BYTES).getBytes();
    }

    /** Age from which frames are skipped, 0 for none. */
    private long freshnessMillis() {
        return overload() == TokenizeOptions.Overload.SKIP
                ? configuration.get(TokenizeOptions.OVERLOAD_FRESHNESS).toMillis()
                : 0;
    }

    /** How frames become chunks of this model. */
    public WindowSpec window(StreamModel<byte[], int[]> tokenizer) {
        return new WindowSpec(
                new MadeWith(
                        tokenizer.fileHash(),
                        TokenFrames.runtimeId(tokenizer),
                        frameSize().width(),
                        frameSize().height(),
                        frameFit().name()),
                tokenizer.spec().chunkFrames(),
                tokenizer.spec().history(),
                keyframeInterval(),
                sampleIntervalMicros(),
                epochResetAfterMillis(),
                maxAhead(),
                freshnessMillis());
    }
}

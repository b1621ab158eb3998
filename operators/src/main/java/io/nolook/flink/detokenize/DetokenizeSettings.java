package io.nolook.flink.detokenize;

import io.nolook.flink.model.InferenceSettings;
import io.nolook.flink.stream.OptionChecks;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.frame.FrameSize;
import java.io.Serializable;
import org.apache.flink.configuration.Configuration;

/**
 * The options of the detokenizing operators, checked before anything runs.
 *
 * <p>Serializable: travels with the job graph. Holds no model.
 */
public final class DetokenizeSettings implements Serializable {
    private static final long serialVersionUID = 1;

    private final Configuration configuration;
    private final InferenceSettings inference;

    private DetokenizeSettings(Configuration configuration, InferenceSettings inference) {
        this.configuration = configuration;
        this.inference = inference;
    }

    /**
     * Checks every option.
     *
     * @throws IllegalArgumentException naming the key, what was found and what is expected
     */
    public static DetokenizeSettings of(Configuration configuration) {
        OptionChecks.readable(configuration, DetokenizeOptions.all());
        DetokenizeSettings settings =
                new DetokenizeSettings(new Configuration(configuration), InferenceSettings.of(configuration));
        double quality = settings.jpegQuality();
        OptionChecks.require(quality >= 0 && quality <= 1, DetokenizeOptions.JPEG_QUALITY, quality, "0 to 1");
        OptionChecks.named(TokenizeOptions.FRAME_SIZE, settings::frameSize);
        return settings;
    }

    /** The same with the model on another GPU. */
    DetokenizeSettings onGpu(int number) {
        return new DetokenizeSettings(configuration, inference.onGpu(number));
    }

    /** How the model is run. */
    public InferenceSettings inference() {
        return inference;
    }

    public String decoder() {
        return configuration.get(DetokenizeOptions.MODEL_DECODER);
    }

    /** Of the pictures behind the tokens. */
    public FrameSize frameSize() {
        return FrameSize.parse(configuration.get(TokenizeOptions.FRAME_SIZE));
    }

    public double jpegQuality() {
        return configuration.get(DetokenizeOptions.JPEG_QUALITY);
    }
}

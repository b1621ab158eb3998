package io.nolook.recognition;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelRefusedException.Reason;
import io.nolook.model.ModelSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What a recognizer says of itself beside what every model does; checked.
 *
 * @param labels in the order of its probabilities
 * @param background the label that means none of the others, if it has one
 * @param framesPerSecond it was trained for, above 0
 * @param size of the pictures behind the tokens, pixels
 * @param decision how a clip's probabilities become one decision
 */
public record RecognizerSpec(
        List<String> labels, Optional<String> background, double framesPerSecond, FrameSize size, Decision decision) {

    /** How a clip's probabilities become one decision. */
    public enum Decision {
        /** Those after its last token frame. */
        LAST,
        /** The mean of their logarithms over all token frames. */
        MEAN_LOG
    }

    /**
     * Reads a model's metadata.
     *
     * @throws ModelRefusedException when a key is missing or has a value that this release does not know
     */
    public static RecognizerSpec of(ModelSpec model) {
        List<String> labels = List.of(model.text("labels").split("\n"));
        if (labels.size() < 2 || new HashSet<>(labels).size() < labels.size()) {
            throw unknown("labels", labels.toString(), "at least two, each once");
        }
        Optional<String> background =
                Optional.ofNullable(model.metadata().get("label.background")).filter(name -> !name.isEmpty());
        if (background.isPresent() && !labels.contains(background.get())) {
            throw unknown("label.background", background.get(), "one of " + labels);
        }
        return new RecognizerSpec(
                labels,
                background,
                framesPerSecond(model),
                model.pinnedSize()
                        .orElseThrow(() ->
                                unknown("input.size", "nothing", "WIDTHxHEIGHT of the pictures behind the tokens")),
                decision(model));
    }

    private static double framesPerSecond(ModelSpec model) {
        String found = model.text("trained.fps");
        try {
            double rate = Double.parseDouble(found);
            if (rate > 0 && rate <= 1000) {
                return rate;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw unknown("trained.fps", found, "a number above 0, at most 1000");
    }

    private static Decision decision(ModelSpec model) {
        String found = model.text("clip.decision");
        return switch (found) {
            case "last" -> Decision.LAST;
            case "mean-log" -> Decision.MEAN_LOG;
            default -> throw unknown("clip.decision", found, "last or mean-log");
        };
    }

    /** Time between two token frames at the trained rate. */
    public long periodMicros(int chunkFrames) {
        return Math.round(1e6 * chunkFrames / framesPerSecond);
    }

    /** Index of the background label, -1 when there is none. */
    public int backgroundIndex() {
        return background.map(labels::indexOf).orElse(-1);
    }

    private static ModelRefusedException unknown(String key, String found, String expected) {
        return new ModelRefusedException(Reason.METADATA, key + ": found '" + found + "', expected " + expected);
    }
}

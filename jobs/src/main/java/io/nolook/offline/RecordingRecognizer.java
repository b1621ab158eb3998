package io.nolook.offline;

import io.nolook.flink.recognize.RecognizeSettings;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.PictureSource;
import io.nolook.model.StreamModel;
import io.nolook.model.VideoTokenizer;
import io.nolook.recognition.ClipDecision;
import io.nolook.recognition.RecognizerSpec;
import io.nolook.record.ActionEvents;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/** Recognizes whole recordings: pictures to tokens to scores, events and one decision. */
public final class RecordingRecognizer {
    private final VideoTokenizer tokenizer;
    private final StreamModel<int[], float[]> recognizer;
    private final TokenizeSettings tokenize;
    private final RecognizeSettings recognize;
    private final RecognizerSpec spec;

    /**
     * What a recording shows.
     *
     * @param frames read, before sampling
     * @param scores after each token frame that counts, in order
     * @param events in order
     * @param decision probabilities of the labels for the whole of it
     */
    public record Result(long frames, List<ActionScores> scores, List<ActionEvent> events, double[] decision) {}

    /**
     * @param tokenizer stays the caller's
     * @param recognizer stays the caller's; of the tokenizer's codes
     * @throws IllegalArgumentException when the recognizer was trained on another tokenizer, naming both
     */
    public RecordingRecognizer(
            VideoTokenizer tokenizer,
            StreamModel<int[], float[]> recognizer,
            TokenizeSettings tokenize,
            RecognizeSettings recognize) {
        String theirs = recognizer.spec().tokenizerId();
        if (!tokenizer.spec().tokenizerId().equals(theirs)) {
            throw new IllegalArgumentException(
                    "model.recognizer: found " + recognizer.spec().name() + " of tokenizer " + theirs
                            + ", expected one of " + tokenizer.spec().tokenizerId() + ", as model.encoder");
        }
        this.tokenizer = tokenizer;
        this.recognizer = recognizer;
        this.tokenize = tokenize;
        this.recognize = recognize;
        spec = RecognizerSpec.of(recognizer.spec());
    }

    /** Options of tokenization at the size and, unless given, the rate that the recognizer was trained for. */
    public static Configuration sampled(Configuration options, RecognizerSpec spec) {
        Configuration sampled = new Configuration();
        sampled.set(TokenizeOptions.FRAME_RATE, spec.framesPerSecond());
        sampled.addAll(options);
        sampled.set(TokenizeOptions.FRAME_SIZE, spec.size().toString());
        return sampled;
    }

    public RecognizerSpec spec() {
        return spec;
    }

    /**
     * Recognizes all pictures of a source.
     *
     * @param camera id written into the records
     * @throws IOException when there is no picture
     */
    public Result recognize(PictureSource source, String camera) throws IOException {
        OfflineRecognizer stream = new OfflineRecognizer(recognizer);
        List<ActionScores> scores = new ArrayList<>();
        long frames = new OfflineTokenizer(tokenizer, tokenize)
                .tokenize(source, camera, frame -> stream.take(frame).ifPresent(scores::add));
        if (scores.isEmpty()) {
            throw new IOException("found no frame of " + camera + ", expected at least one");
        }
        List<ActionEvent> events = OfflineDetector.events(scores, recognize.eventThresholds(spec.backgroundIndex()));
        List<float[]> steps = scores.stream()
                .map(step -> ActionEvents.scores(step).probabilities())
                .toList();
        return new Result(frames, scores, events, ClipDecision.of(spec, steps));
    }
}

package io.nolook.offline;

import io.nolook.flink.recognize.OnnxRecognizerLoader;
import io.nolook.flink.recognize.RecognizeSettings;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.model.StreamModel;
import io.nolook.model.VideoTokenizer;
import io.nolook.recognition.RecognizerSpec;
import org.apache.flink.configuration.Configuration;

/** A tokenizer and a recognizer of its tokens, opened for recordings. */
public final class OpenRecognizer implements AutoCloseable {
    private final VideoTokenizer tokenizer;
    private final StreamModel<int[], float[]> recognizer;
    private final RecordingRecognizer recording;

    private OpenRecognizer(
            VideoTokenizer tokenizer, StreamModel<int[], float[]> recognizer, RecordingRecognizer recording) {
        this.tokenizer = tokenizer;
        this.recognizer = recognizer;
        this.recording = recording;
    }

    /** Opens both models of the options; they are closed together. */
    public static OpenRecognizer of(Configuration options) {
        RecognizeSettings recognize = RecognizeSettings.of(options);
        StreamModel<int[], float[]> recognizer = new OnnxRecognizerLoader(recognize).open();
        try {
            RecognizerSpec spec = RecognizerSpec.of(recognizer.spec());
            TokenizeSettings tokenize = TokenizeSettings.of(RecordingRecognizer.sampled(options, spec));
            VideoTokenizer tokenizer = Models.tokenizer(tokenize);
            try {
                return new OpenRecognizer(
                        tokenizer, recognizer, new RecordingRecognizer(tokenizer, recognizer, tokenize, recognize));
            } catch (RuntimeException e) {
                tokenizer.close();
                throw e;
            }
        } catch (RuntimeException e) {
            recognizer.close();
            throw e;
        }
    }

    public RecordingRecognizer recording() {
        return recording;
    }

    /** Name and version of the recognizer. */
    public String name() {
        return recognizer.spec().name();
    }

    @Override
    public void close() {
        tokenizer.close();
        recognizer.close();
    }
}

package io.nolook.tool.bench;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.failure.IntakeException;
import io.nolook.flink.recognize.OnnxRecognizerLoader;
import io.nolook.flink.recognize.RecognizeSettings;
import io.nolook.flink.tokenize.OnnxTokenizerLoader;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.model.Activations;
import io.nolook.model.ModelStep;
import io.nolook.model.StreamModel;
import io.nolook.model.VideoTokenizer;
import io.nolook.offline.OfflineTokenizer;
import io.nolook.offline.RecordingRecognizer;
import io.nolook.recognition.CameraTokens;
import io.nolook.recognition.RecognizerSpec;
import io.nolook.recognition.RunPlace;
import io.nolook.record.ActionEvents;
import io.nolook.record.TokenIntake;
import io.nolook.schema.ActionScores;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * What recognizing costs beside tokenizing, batch by batch in turn, without Flink and Kafka, which both need alike.
 *
 * <p>Tokenizing: JPEG frames decoded and fitted, the encoder; without the records that are written. Recognizing: records
 * read and unpacked, the recognizer, scores written. Every token frame is recognized, none sampled out.
 */
public final class RecognitionBench {
    private static final int WARMUP = 5;
    private static final int ROUNDS = 40;
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;

    private final VideoTokenizer tokenizer;
    private final StreamModel<int[], float[]> recognizer;
    private final RecognizerSpec spec;
    private final TokenizeSettings settings;
    private final int batch;
    private final TokenIntake intake;
    private final SingleObject<TokenFrame> tokenFrames = SingleObject.tokenFrames();
    private final SingleObject<ActionScores> scores = SingleObject.actionScores();

    /**
     * Medians over the rounds.
     *
     * @param batch cameras a round
     * @param tokenizeMillis a frame, all of it
     * @param encoderMillis a frame, the model alone
     * @param recognizeMillis a frame, all of it
     * @param recognizerMillis a frame, the model alone
     * @param share of {@code recognizeMillis} in {@code tokenizeMillis}
     * @param runtime what computed
     */
    public record Result(
            int batch,
            double tokenizeMillis,
            double encoderMillis,
            double recognizeMillis,
            double recognizerMillis,
            double share,
            String runtime)
            implements Finding {

        @Override
        public List<String> lines() {
            return List.of(String.format(
                    Locale.ROOT,
                    "batch %d: tokenizing %.3f ms a frame, of it the encoder %.3f; recognizing %.3f ms a frame, of it"
                            + " the recognizer %.3f: %.1f %% more",
                    batch,
                    tokenizeMillis,
                    encoderMillis,
                    recognizeMillis,
                    recognizerMillis,
                    100 * share));
        }
    }

    private RecognitionBench(
            VideoTokenizer tokenizer, StreamModel<int[], float[]> recognizer, TokenizeSettings settings) {
        this.tokenizer = tokenizer;
        this.recognizer = recognizer;
        this.settings = settings;
        spec = RecognizerSpec.of(recognizer.spec());
        batch = settings.inference().batchLimits().size();
        intake = new TokenIntake(recognizer.spec());
    }

    /** Measures the models of the options. */
    public static Result run(Configuration options) throws IOException, IntakeException {
        try (StreamModel<int[], float[]> recognizer = new OnnxRecognizerLoader(RecognizeSettings.of(options)).open()) {
            Configuration sized = RecordingRecognizer.sampled(options, RecognizerSpec.of(recognizer.spec()));
            TokenizeSettings settings = TokenizeSettings.of(sized);
            try (VideoTokenizer tokenizer = new OnnxTokenizerLoader(settings).open()) {
                return new RecognitionBench(tokenizer, recognizer, settings).measure();
            }
        }
    }

    private Result measure() throws IOException, IntakeException {
        List<byte[]> jpegs = jpegs();
        List<byte[]> records = records();
        List<Activations> encoding = activations(tokenizer);
        List<Activations> recognizing = activations(recognizer);
        double[][] nanos = new double[4][ROUNDS];
        for (int round = -WARMUP; round < ROUNDS; round++) {
            long began = System.nanoTime();
            long encoder = tokenize(jpegs, encoding);
            long tokenized = System.nanoTime();
            long model = recognize(records, recognizing);
            long recognized = System.nanoTime();
            if (round >= 0) {
                nanos[0][round] = tokenized - began;
                nanos[1][round] = encoder;
                nanos[2][round] = recognized - tokenized;
                nanos[3][round] = model;
            }
        }
        double[] millis = Arrays.stream(nanos).mapToDouble(this::millisPerFrame).toArray();
        return new Result(
                batch, millis[0], millis[1], millis[2], millis[3], millis[2] / millis[0], tokenizer.runtimeId());
    }

    private double millisPerFrame(double[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1e6 / batch / tokenizer.spec().chunkFrames();
    }

    private static <I> ModelStep<I> next(I input, Activations activations) {
        return new ModelStep<>(input, List.of(), ModelStep.Start.CURRENT, activations.position(), activations);
    }

    /** Nanoseconds in the model. */
    private long tokenize(List<byte[]> jpegs, List<Activations> activations) throws IntakeException {
        FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULTS);
        FrameFitter fitter = new FrameFitter(
                settings.frameFit(),
                settings.frameSize().width(),
                settings.frameSize().height());
        List<ModelStep<byte[]>> work = new ArrayList<>();
        for (int camera = 0; camera < batch; camera++) {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream();
            for (byte[] jpeg : jpegs) {
                chunk.writeBytes(
                        fitter.fit(decoder.decode(ByteBuffer.wrap(jpeg))).rgb());
            }
            work.add(next(chunk.toByteArray(), activations.get(camera)));
        }
        long began = System.nanoTime();
        tokenizer.run(work);
        return System.nanoTime() - began;
    }

    /** Nanoseconds in the model. */
    private long recognize(List<byte[]> records, List<Activations> activations) throws IOException, IntakeException {
        List<CameraTokens> taken = new ArrayList<>();
        List<ModelStep<int[]>> work = new ArrayList<>();
        for (int camera = 0; camera < batch; camera++) {
            CameraTokens tokens = intake.take(tokenFrames.decode(records.get(camera % records.size())));
            taken.add(tokens);
            work.add(next(tokens.tokens(), activations.get(camera)));
        }
        long began = System.nanoTime();
        List<float[]> probabilities = recognizer.run(work);
        long model = System.nanoTime() - began;
        for (int camera = 0; camera < batch; camera++) {
            RunPlace place = new RunPlace(taken.get(camera), 0, 1);
            scores.encode(ActionEvents.of(place, probabilities.get(camera), recognizer, spec));
        }
        return model;
    }

    private List<Activations> activations(StreamModel<?, ?> model) {
        List<Activations> activations = new ArrayList<>();
        for (int camera = 0; camera < batch; camera++) {
            activations.add(model.newActivations());
        }
        return activations;
    }

    /** The JPEG frames of one chunk. */
    private List<byte[]> jpegs() {
        SimulatedCamera camera = new SimulatedCamera(1, WIDTH, HEIGHT);
        PictureEncoder encoder = new PictureEncoder();
        List<byte[]> jpegs = new ArrayList<>();
        for (int i = 0; i < tokenizer.spec().chunkFrames(); i++) {
            jpegs.add(encoder.jpeg(camera.picture(i), 0.9));
        }
        return jpegs;
    }

    /** Token frames as they travel. */
    private List<byte[]> records() throws IOException {
        SimulatedCamera camera = new SimulatedCamera(1, WIDTH, HEIGHT);
        int frames = 1 + 8 * tokenizer.spec().chunkFrames();
        int[] at = {0};
        PictureSource source = new PictureSource() {
            @Override
            public Optional<TimedPicture> next() {
                int frame = at[0]++;
                return frame == frames
                        ? Optional.empty()
                        : Optional.of(new TimedPicture(
                                camera.picture(frame), Math.round(frame * 1e6 / spec.framesPerSecond())));
            }

            @Override
            public void close() {}
        };
        List<byte[]> records = new ArrayList<>();
        new OfflineTokenizer(tokenizer, settings)
                .tokenize(source, "bench", frame -> records.add(tokenFrames.encode(frame)));
        return records;
    }
}

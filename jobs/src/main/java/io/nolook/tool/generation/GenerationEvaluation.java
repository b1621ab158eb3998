package io.nolook.tool.generation;

import io.nolook.flink.generate.GenerateSettings;
import io.nolook.flink.tokenize.TokenizeOptions;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.generation.Continuation;
import io.nolook.generation.SamplerSpec;
import io.nolook.offline.CameraModel;
import io.nolook.record.TokenFrames;
import io.nolook.report.ContactSheet;
import io.nolook.schema.TokenFrame;
import io.nolook.tool.eval.Clip;
import io.nolook.tool.eval.TokenCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/** Measures the language model of the options on recordings: bits, continuations, pictures, planted anomalies. */
public final class GenerationEvaluation {
    private static final double NATS = Math.log(2);

    private final Configuration options;
    private final Plan plan;
    private final Consumer<String> said;
    private final List<Path> written = new ArrayList<>();

    /**
     * What is to be done.
     *
     * @param videos files and folders
     * @param limits of each clip
     * @param continuation how clips are continued
     * @param anomalies whether clips are disturbed, which takes many times as long as the rest
     * @param folder of the pictures
     */
    public record Plan(
            List<String> videos, Clip.Limits limits, Continuation continuation, Anomalies anomalies, Path folder) {}

    /** Whether clips are disturbed. */
    public enum Anomalies {
        LEFT_OUT,
        PLANTED
    }

    /**
     * @param said told how far it is
     */
    public GenerationEvaluation(Configuration options, Plan plan, Consumer<String> said) {
        this.options = options;
        this.plan = plan;
        this.said = said;
    }

    /** Measures all; the pictures are written. */
    public GenerationReport run() throws IOException {
        Configuration whole = new Configuration(options);
        whole.set(TokenizeOptions.KEYFRAME_INTERVAL, Integer.MAX_VALUE);
        TokenizeSettings tokenize = TokenizeSettings.of(whole);
        try (OpenGenerator models = OpenGenerator.of(whole)) {
            SamplerSpec spec = SamplerSpec.of(models.sampler().spec());
            TokenBits bits =
                    new TokenBits(spec.factorBits().size(), spec.factorBits().get(0));
            Continuations continuations = new Continuations(models, plan.continuation());
            PlantedAnomalies anomalies = new PlantedAnomalies(
                    models,
                    TokenizeSettings.of(options),
                    GenerateSettings.of(options).anomalyThresholds());
            List<GenerationReport.ClipBits> clips = new ArrayList<>();
            List<Double> tokenizeMillis = new ArrayList<>();
            List<Double> surpriseMillis = new ArrayList<>();
            List<Clip> read = clips(tokenize.frameSize());
            for (int i = 0; i < read.size(); i++) {
                Clip clip = read.get(i);
                List<TokenFrame> frames = TokenCodec.tokens(
                        models.tokenizer(), tokenize, clip.frames(), clip.framesPerSecond(), tokenizeMillis);
                double[] found = bits.add(frames, score(models, frames, surpriseMillis));
                clips.add(new GenerationReport.ClipBits(clip.name(), frames.size(), found[0], found[1]));
                draw(clip.name(), continuations.add(clip.name(), frames));
                if (plan.anomalies() == Anomalies.PLANTED) {
                    anomalies.add(clip, read.get((i + 1 + read.size() / 3) % read.size()), i);
                }
                say(
                        "%d/%d %s: %d token frames, %.2f bits a token, context coder %.2f",
                        i + 1, read.size(), clip.name(), frames.size(), found[0], found[1]);
            }
            Map<String, Double> all = bits.all();
            return new GenerationReport(
                    models.predictor().spec().name(),
                    bits.tokens(),
                    all,
                    all.get("predictor") * NATS,
                    clips,
                    continuations.figures(),
                    plan.anomalies() == Anomalies.PLANTED ? anomalies.figures() : List.of(),
                    plan.anomalies() == Anomalies.PLANTED ? anomalies.falseEvents() : 0,
                    anomalies.undisturbedHours(),
                    new GenerationReport.Cost(median(tokenizeMillis), median(surpriseMillis)));
        }
    }

    private List<Clip> clips(FrameSize size) throws IOException {
        List<Clip> clips = new ArrayList<>();
        for (Map.Entry<String, Path> entry : Clip.find(plan.videos()).entrySet()) {
            clips.add(Clip.read(entry.getKey(), entry.getValue(), plan.limits(), size));
        }
        if (clips.isEmpty()) {
            throw new IOException("found no video in " + plan.videos() + ", expected at least one");
        }
        return clips;
    }

    private static List<float[]> score(OpenGenerator models, List<TokenFrame> frames, List<Double> millis) {
        CameraModel<int[], float[]> model = new CameraModel<>(models.predictor());
        List<float[]> bits = new ArrayList<>();
        for (TokenFrame frame : frames) {
            long began = System.nanoTime();
            bits.add(model.step(frame.getPosition(), TokenFrames.tokens(frame)));
            millis.add((System.nanoTime() - began) / 1e6);
        }
        return bits;
    }

    private void draw(String clip, List<ContactSheet.Row> rows) throws IOException {
        if (!rows.isEmpty()) {
            Files.createDirectories(plan.folder());
            Path picture = plan.folder().resolve(clip + ".png");
            ContactSheet.write(rows, 1 + Continuations.HORIZONS.length, picture);
            written.add(picture);
        }
    }

    /** The pictures, in the order of the clips. */
    public List<Path> written() {
        return List.copyOf(written);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private void say(String format, Object... arguments) {
        said.accept(String.format(Locale.ROOT, format, arguments));
    }
}

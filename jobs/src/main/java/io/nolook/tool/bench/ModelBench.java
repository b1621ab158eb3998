package io.nolook.tool.bench;

import io.nolook.frame.FrameSize;
import io.nolook.local.TemporaryFolder;
import io.nolook.model.Activations;
import io.nolook.model.ModelSpec;
import io.nolook.model.StepModel;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.model.onnx.SessionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Measures an encoder alone: arithmetic, time of a step, share of it spent in convolutions. */
public final class ModelBench {
    private static final int WARMUP = 5;
    private static final int STEPS = 40;

    /**
     * What was measured.
     *
     * @param macsPerFrame multiply-accumulates of the convolutions; not a number where the profile does not tell them
     * @param stepMillis median time of one step of the batch
     * @param framesPerSecond at that time
     * @param convolutionShare of the time that convolutions take, 0 to 1, in the mean of the same runs
     * @param convolutionGigaMacsPerSecond inside the convolutions, in the same runs
     */
    public record Result(
            double macsPerFrame,
            double stepMillis,
            double framesPerSecond,
            double convolutionShare,
            double convolutionGigaMacsPerSecond) {

        /** Whether the profile tells the arithmetic. */
        public boolean countsMacs() {
            return !Double.isNaN(macsPerFrame);
        }
    }

    /** Steps of a batch at full speed: the median step, and how many frames went through in all. */
    public record Loop(double stepMillis, double framesPerSecond, long frames) {}

    private ModelBench() {}

    /** Runs an encoder on noise, with ONNX Runtime's profiler on. */
    public static Result run(byte[] encoder, SessionSettings settings, FrameSize size, int batch) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create("nolook-profile-")) {
            OnnxVideoTokenizer model = OnnxVideoTokenizer.open(
                    encoder, settings.profiled(folder.path().resolve("profile")));
            double millis;
            Path profile;
            try (model) {
                millis = loop(model, size, batch).stepMillis();
                profile = Path.of(model.endProfiling());
            }
            ModelSpec spec = model.spec();
            ConvolutionProfile convolutions = ConvolutionProfile.read(profile, WARMUP);
            double frames = (double) batch * spec.chunkFrames();
            return new Result(
                    convolutions.macsPerStep() / frames,
                    millis,
                    1000 * frames / millis,
                    convolutions.share(),
                    convolutions.gigaMacsPerSecond());
        }
    }

    /** Runs an open encoder on noise. */
    static Loop loop(OnnxVideoTokenizer model, FrameSize size, int batch) {
        return loop(model, size, noise(model.spec(), size, batch), STEPS);
    }

    /** Chunks of noise, always the same. */
    public static List<byte[]> noise(ModelSpec spec, FrameSize size, int batch) {
        Random random = new Random(7);
        List<byte[]> inputs = new ArrayList<>();
        for (int row = 0; row < batch; row++) {
            byte[] chunk = new byte[spec.chunkFrames() * size.rgbBytes()];
            random.nextBytes(chunk);
            inputs.add(chunk);
        }
        return inputs;
    }

    /** Runs any open model on a batch, some steps after its first ones. */
    public static <I, O> Loop loop(StepModel<I, O> model, FrameSize size, List<I> inputs, int steps) {
        ModelSpec spec = model.spec();
        List<Activations> activations =
                inputs.stream().map(input -> Activations.zeros(spec, size)).toList();
        double[] millis = new double[steps];
        for (int step = -WARMUP; step < steps; step++) {
            long began = System.nanoTime();
            model.step(size, inputs, activations);
            if (step >= 0) {
                millis[step] = (System.nanoTime() - began) / 1e6;
            }
        }
        Arrays.sort(millis);
        int frames = inputs.size() * spec.chunkFrames();
        return new Loop(millis[steps / 2], 1000 * frames / millis[steps / 2], (long) frames * (WARMUP + steps));
    }
}

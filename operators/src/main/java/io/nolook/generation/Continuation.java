package io.nolook.generation;

import io.nolook.model.Draw;
import java.util.ArrayList;
import java.util.List;

/**
 * What is asked of a sampler for one camera: some token frames, drawn so many times.
 *
 * @param seed of the numbers that are drawn by
 * @param temperature 0.05 to 20: below 1 likely values become likelier
 * @param kept of each factor only so many of its likeliest values, at least 1
 * @param frames token frames of a sample, at least 1
 * @param samples how many, at least 1
 */
public record Continuation(long seed, float temperature, int kept, int frames, int samples) {
    /** Most token frames of one request, of all samples together: a checkpoint waits for what is being drawn. */
    public static final int MOST_FRAMES = 128;

    /** Most samples of one request. */
    public static final int MOST_SAMPLES = 16;

    private static final int MOST_KEPT = 1 << 20;

    public Continuation {
        require(temperature >= 0.05 && temperature <= 20, "temperature", temperature, "0.05 to 20");
        require(kept >= 1 && kept <= MOST_KEPT, "kept values", kept, "1 to " + MOST_KEPT);
        require(frames >= 1 && frames <= MOST_FRAMES, "token frames", frames, "1 to " + MOST_FRAMES);
        require(samples >= 1 && samples <= MOST_SAMPLES, "samples", samples, "1 to " + MOST_SAMPLES);
        require(
                frames * samples <= MOST_FRAMES,
                "token frames times samples",
                frames * samples,
                "at most " + MOST_FRAMES);
    }

    private static void require(boolean holds, String what, Object found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": found " + found + ", expected " + expected);
        }
    }

    /**
     * Where a camera is continued.
     *
     * @param camera its id
     * @param epoch of its newest frame
     * @param sequence of its newest frame
     * @param position in its clip of the first token frame to draw
     * @param before token frames of the clip, oldest first, as many as the sampler looks back on or all of them
     */
    public record At(String camera, long epoch, long sequence, int position, List<int[]> before) {}

    /**
     * The draws of one sample, in order.
     *
     * @param sample which, from 0
     */
    public List<Draw> draws(SamplerSpec spec, At at, int sample) {
        DrawStream numbers = new DrawStream(seed, at.camera(), at.epoch(), at.sequence(), sample);
        int values =
                spec.factorBits().stream().mapToInt(bits -> 1 << bits).max().orElseThrow();
        List<Draw> draws = new ArrayList<>(frames);
        for (int frame = 0; frame < frames; frame++) {
            draws.add(new Draw(
                    numbers.next(spec.numbers()),
                    temperature,
                    Math.min(kept, values),
                    at.position() % spec.period(),
                    frame == 0 ? spec.window(at.before()) : new byte[0]));
        }
        return draws;
    }
}

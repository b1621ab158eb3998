package io.nolook.tool.generation;

import io.nolook.frame.Picture;
import io.nolook.generation.Continuation;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.offline.OfflineSampler;
import io.nolook.quality.SquaredError;
import io.nolook.quality.StructuralSimilarity;
import io.nolook.record.GeneratedTokens;
import io.nolook.report.ContactSheet;
import io.nolook.schema.TokenFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Continues clips, and holds the pictures against what came: the decoded tokens of the clip itself.
 *
 * <p>A clip is continued behind all but its last eight whole token frames, three times. Beside: the last picture held, and
 * random tokens. Compared is the last picture of the first, second, fourth and eighth token frame.
 */
public final class Continuations {
    static final int[] HORIZONS = {1, 2, 4, 8};
    static final int SAMPLES = 3;
    private static final int LONGEST = 8;
    private static final int LEAST_BEFORE = 8;
    private static final double MOVING = 30; // dB between the held picture and the second token frame's

    private final OpenGenerator models;
    private final Continuation asked;
    private final StructuralSimilarity similarity = new StructuralSimilarity();
    private final Map<String, Sums> sums = new LinkedHashMap<>();

    /** Means at one horizon. */
    public record Figure(String what, int tokenFrames, int clips, double psnr, double msSsim) {}

    private static final class Sums {
        private final double[] psnr = new double[HORIZONS.length];
        private final double[] msSsim = new double[HORIZONS.length];
        private final int[] count = new int[HORIZONS.length];
    }

    /**
     * @param asked settings and seed; {@value #SAMPLES} samples of eight token frames
     */
    Continuations(OpenGenerator models, Continuation asked) {
        this.models = models;
        this.asked = asked;
    }

    /** One more clip, if it is long enough: the rows of its picture. */
    List<ContactSheet.Row> add(String name, List<TokenFrame> clip) {
        boolean whole = clip.get(clip.size() - 1).getFrames() == chunkFrames();
        int end = clip.size() - (whole ? 0 : 1);
        int from = end - LONGEST;
        if (from < LEAST_BEFORE) {
            return List.of();
        }
        List<TokenFrame> before = clip.subList(0, from);
        List<Picture> truth = pictures(before, clip.subList(from, end));
        Picture held = last(before);
        boolean moves = psnr(truth.get(at(2)), held) < MOVING;
        String kind = moves ? "moving" : "still";
        List<List<Picture>> samples = new ArrayList<>();
        for (int sample = 0; sample < SAMPLES; sample++) {
            samples.add(pictures(before, drawn(before, asked, sample)));
        }
        List<Picture> likeliest = pictures(before, drawn(before, likeliest(), 0));
        samples.forEach(sample -> count(kind + ", sampled", truth, sample));
        count(kind + ", likeliest", truth, likeliest);
        count(kind + ", copy-last", truth, Collections.nCopies(truth.size(), held));
        count(kind + ", random", truth, pictures(before, random(before)));
        for (int one = 0; one < SAMPLES; one++) {
            for (int other = one + 1; other < SAMPLES; other++) {
                count(kind + ", sample to sample", samples.get(one), samples.get(other));
            }
        }
        List<ContactSheet.Row> rows = new ArrayList<>();
        rows.add(new ContactSheet.Row(name + ": the token frame before, and what came", shown(held, truth), List.of()));
        for (int sample = 0; sample < SAMPLES; sample++) {
            rows.add(new ContactSheet.Row("sample " + (sample + 1), shown(held, samples.get(sample)), List.of()));
        }
        rows.add(new ContactSheet.Row("likeliest", shown(held, likeliest), List.of()));
        return rows;
    }

    private Continuation likeliest() {
        return new Continuation(asked.seed(), 1, 1, LONGEST, 1);
    }

    private List<TokenFrame> drawn(List<TokenFrame> before, Continuation wanted, int sample) {
        List<int[]> tokens = new OfflineSampler(models.sampler()).draw(before, wanted, sample);
        return GeneratedTokens.following(before, tokens, chunkFrames());
    }

    private List<TokenFrame> random(List<TokenFrame> before) {
        Random random = new Random(asked.seed());
        TokenFrame last = before.get(before.size() - 1);
        int count = last.getHeight() * last.getWidth();
        List<int[]> tokens = new ArrayList<>();
        for (int i = 0; i < LONGEST; i++) {
            tokens.add(random.ints(count, 0, 1 << last.getBits()).toArray());
        }
        return GeneratedTokens.following(before, tokens, chunkFrames());
    }

    private List<Picture> pictures(List<TokenFrame> before, List<TokenFrame> after) {
        OfflineDetokenizer decoder = new OfflineDetokenizer(models.detokenizer());
        int history = decoder.history(before.get(0));
        decoder.resume(before.subList(Math.max(0, before.size() - history), before.size()));
        List<Picture> pictures = new ArrayList<>();
        after.forEach(frame -> pictures.addAll(decoder.decode(frame)));
        return pictures;
    }

    private Picture last(List<TokenFrame> before) {
        List<Picture> pictures =
                pictures(before.subList(0, before.size() - 1), before.subList(before.size() - 1, before.size()));
        return pictures.get(pictures.size() - 1);
    }

    private int chunkFrames() {
        return models.tokenizer().spec().chunkFrames();
    }

    private int at(int horizon) {
        return horizon * chunkFrames() - 1;
    }

    private List<Picture> shown(Picture held, List<Picture> pictures) {
        List<Picture> shown = new ArrayList<>(List.of(held));
        Arrays.stream(HORIZONS).forEach(horizon -> shown.add(pictures.get(at(horizon))));
        return shown;
    }

    private void count(String what, List<Picture> truth, List<Picture> found) {
        Sums sum = sums.computeIfAbsent(what, name -> new Sums());
        for (int i = 0; i < HORIZONS.length; i++) {
            Picture expected = truth.get(at(HORIZONS[i]));
            Picture picture = found.get(at(HORIZONS[i]));
            sum.psnr[i] += psnr(expected, picture);
            sum.msSsim[i] += similarity.of(expected, picture).msSsim();
            sum.count[i]++;
        }
    }

    private static double psnr(Picture expected, Picture found) {
        SquaredError error = new SquaredError();
        error.add(expected, found);
        return error.psnr();
    }

    List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        sums.forEach((what, sum) -> {
            for (int i = 0; i < HORIZONS.length; i++) {
                figures.add(new Figure(
                        what, HORIZONS[i], sum.count[i], sum.psnr[i] / sum.count[i], sum.msSsim[i] / sum.count[i]));
            }
        });
        return figures;
    }
}

package io.nolook.tool.eval;

import io.nolook.frame.Picture;
import io.nolook.quality.Detail;
import io.nolook.quality.SquaredError;
import io.nolook.quality.StructuralSimilarity;
import io.nolook.quality.StructuralSimilarity.Similarity;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The metrics of a clip, or their means over clips.
 *
 * @param psnr of the error pooled over a clip's frames, dB
 * @param ssim mean over the frames
 * @param msSsim mean over the frames; NaN for pictures too small for its four scales
 * @param detail energy of what changes from pixel to pixel, over the originals'; NaN for flat originals
 */
public record Scores(double psnr, double ssim, double msSsim, double detail) {
    private static final int BLOCK = 8;

    /** What one block of frames adds. */
    private record Part(SquaredError error, Detail detail, double ssim, double msSsim) {}

    /** Scores as many reconstructions as originals; the frames are shared out over the processors. */
    static Scores of(List<Picture> originals, List<Picture> decoded) {
        if (originals.size() != decoded.size() || originals.isEmpty()) {
            throw new IllegalArgumentException("found " + decoded.size() + " reconstructions of " + originals.size()
                    + " pictures, expected as many, at least one");
        }
        int frames = originals.size();
        List<Part> parts = IntStream.range(0, (frames + BLOCK - 1) / BLOCK)
                .parallel()
                .mapToObj(block -> {
                    int to = Math.min(frames, (block + 1) * BLOCK);
                    return part(originals.subList(block * BLOCK, to), decoded.subList(block * BLOCK, to));
                })
                .toList();
        SquaredError error = new SquaredError();
        Detail detail = new Detail();
        double ssim = 0;
        double msSsim = 0;
        for (Part part : parts) {
            error.add(part.error);
            detail.add(part.detail);
            ssim += part.ssim;
            msSsim += part.msSsim;
        }
        return new Scores(error.psnr(), ssim / frames, msSsim / frames, detail.share());
    }

    private static Part part(List<Picture> originals, List<Picture> decoded) {
        SquaredError error = new SquaredError();
        Detail detail = new Detail();
        StructuralSimilarity similarity = new StructuralSimilarity();
        double ssim = 0;
        double msSsim = 0;
        for (int i = 0; i < originals.size(); i++) {
            error.add(originals.get(i), decoded.get(i));
            detail.add(originals.get(i), decoded.get(i));
            Similarity of = similarity.of(originals.get(i), decoded.get(i));
            ssim += of.ssim();
            msSsim += of.msSsim();
        }
        return new Part(error, detail, ssim, msSsim);
    }

    /** The mean of each metric. */
    static Scores mean(List<Scores> scores) {
        return new Scores(
                mean(scores, Scores::psnr),
                mean(scores, Scores::ssim),
                mean(scores, Scores::msSsim),
                mean(scores, Scores::detail));
    }

    private static double mean(List<Scores> scores, ToDoubleFunction<Scores> metric) {
        return scores.stream().mapToDouble(metric).average().orElse(Double.NaN);
    }
}

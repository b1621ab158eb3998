package io.nolook.quality;

import io.nolook.frame.Picture;
import java.util.Arrays;

/**
 * SSIM and MS-SSIM of RGB pictures.
 *
 * <p>SSIM: 11 x 11 Gaussian of sigma 1.5, K1 = 0.01, K2 = 0.03, whole windows only, per colour channel, mean (Wang et
 * al., 2004). MS-SSIM: {@value #SCALES} scales, halved by 2 x 2 averages, weights .0517 .3295 .3462 .2726; contrast and
 * structure of the finer scales, all of the coarsest, each clipped at 0, multiplied per channel, mean (Wang et al.,
 * 2003, the first four of its five weights, which sum to 1). Not thread-safe: keeps scratch rows.
 */
public final class StructuralSimilarity {
    /** Scales of MS-SSIM. */
    public static final int SCALES = 4;

    /** Side of the window, pixels. */
    public static final int WINDOW = 11;

    private static final double[] WEIGHTS = {.0517, .3295, .3462, .2726};
    private static final float C1 = 0.01f * 255 * 0.01f * 255;
    private static final float C2 = 0.03f * 255 * 0.03f * 255;
    /** Taken off all values, so that floats keep the small differences of large squares. */
    private static final int CENTRE = 128;

    private static final float[] KERNEL = kernel();

    private final float[][] across = new float[MOMENTS][0];
    private final float[][] row = new float[MOMENTS][0];
    private static final int MOMENTS = 4;

    /**
     * Means over a picture.
     *
     * @param ssim -1 to 1
     * @param msSsim 0 to 1; NaN when the coarsest scale is smaller than the window
     */
    public record Similarity(double ssim, double msSsim) {}

    /** Similarity, and its factor without luminance, of one scale of one channel. */
    private record Scale(double ssim, double contrast) {}

    /** Whether MS-SSIM is defined: the coarsest scale holds a window. */
    public static boolean hasScales(int width, int height) {
        return Math.min(width, height) >> SCALES - 1 >= WINDOW;
    }

    /** Compares pictures of one size, at least 11 x 11. */
    public Similarity of(Picture original, Picture decoded) {
        SquaredError.requireSameSize(original, decoded);
        int width = original.width();
        int height = original.height();
        if (Math.min(width, height) < WINDOW) {
            throw new IllegalArgumentException(
                    "found pictures of " + width + "x" + height + ", expected at least 11x11");
        }
        double ssim = 0;
        double product = 0;
        for (int channel = 0; channel < 3; channel++) {
            float[] x = plane(original, channel);
            float[] y = plane(decoded, channel);
            Scale first = scale(x, y, width, height);
            ssim += first.ssim;
            product += hasScales(width, height) ? product(first, x, y, width, height) : Double.NaN;
        }
        return new Similarity(ssim / 3, product / 3);
    }

    private double product(Scale first, float[] finestX, float[] finestY, int finestWidth, int finestHeight) {
        float[] x = finestX;
        float[] y = finestY;
        int width = finestWidth;
        int height = finestHeight;
        double product = Math.pow(Math.max(0, first.contrast), WEIGHTS[0]);
        for (int s = 1; s < SCALES; s++) {
            x = halved(x, width, height);
            y = halved(y, width, height);
            width /= 2;
            height /= 2;
            Scale scale = scale(x, y, width, height);
            product *= Math.pow(Math.max(0, s == SCALES - 1 ? scale.ssim : scale.contrast), WEIGHTS[s]);
        }
        return product;
    }

    /** Slides the window: over the columns of every row, then down. */
    private Scale scale(float[] x, float[] y, int width, int height) {
        int columns = width - WINDOW + 1;
        int rows = height - WINDOW + 1;
        for (int m = 0; m < MOMENTS; m++) {
            across[m] = sized(across[m], columns * height);
            row[m] = sized(row[m], width);
        }
        for (int j = 0; j < height; j++) {
            moments(x, y, j * width, width);
            for (int m = 0; m < MOMENTS; m++) {
                blurRow(row[m], across[m], j * columns, columns);
            }
        }
        double ssim = 0;
        double contrast = 0;
        float[] similarities = new float[columns];
        float[] contrasts = new float[columns];
        for (int j = 0; j < rows; j++) {
            for (int m = 0; m < MOMENTS; m++) {
                blurDown(across[m], j * columns, columns, row[m]);
            }
            compare(row, similarities, contrasts);
            for (int i = 0; i < columns; i++) {
                ssim += similarities[i];
                contrast += contrasts[i];
            }
        }
        double windows = (double) columns * rows;
        return new Scale(ssim / windows, contrast / windows);
    }

    /** x, y, x^2 + y^2 and xy: the two variances are only ever needed as a sum. */
    private void moments(float[] x, float[] y, int from, int width) {
        float[] xs = row[0];
        float[] ys = row[1];
        float[] squares = row[2];
        float[] products = row[3];
        for (int i = 0; i < width; i++) {
            float a = x[from + i];
            float b = y[from + i];
            xs[i] = a;
            ys[i] = b;
            squares[i] = a * a + b * b;
            products[i] = a * b;
        }
    }

    private static void compare(float[][] mean, float[] similarities, float[] contrasts) {
        for (int i = 0; i < similarities.length; i++) {
            float a = mean[0][i];
            float b = mean[1][i];
            float covariance = mean[3][i] - a * b;
            float variances = mean[2][i] - a * a - b * b;
            float contrast = (2 * covariance + C2) / (variances + C2);
            float x = a + CENTRE;
            float y = b + CENTRE;
            contrasts[i] = contrast;
            similarities[i] = contrast * (2 * x * y + C1) / (x * x + y * y + C1);
        }
    }

    private static void blurRow(float[] in, float[] out, int to, int columns) {
        Arrays.fill(out, to, to + columns, 0);
        for (int k = 0; k < WINDOW; k++) {
            float weight = KERNEL[k];
            for (int i = 0; i < columns; i++) {
                out[to + i] += weight * in[i + k];
            }
        }
    }

    private static void blurDown(float[] in, int from, int columns, float[] out) {
        Arrays.fill(out, 0, columns, 0);
        for (int k = 0; k < WINDOW; k++) {
            float weight = KERNEL[k];
            int begin = from + k * columns;
            for (int i = 0; i < columns; i++) {
                out[i] += weight * in[begin + i];
            }
        }
    }

    private static float[] halved(float[] in, int width, int height) {
        int columns = width / 2;
        float[] out = new float[columns * (height / 2)];
        for (int j = 0; j < height / 2; j++) {
            int above = 2 * j * width;
            for (int i = 0; i < columns; i++) {
                int at = above + 2 * i;
                out[j * columns + i] = (in[at] + in[at + 1] + in[at + width] + in[at + width + 1]) / 4;
            }
        }
        return out;
    }

    private static float[] plane(Picture picture, int channel) {
        float[] plane = new float[picture.width() * picture.height()];
        byte[] rgb = picture.rgb();
        for (int i = 0; i < plane.length; i++) {
            plane[i] = (rgb[3 * i + channel] & 0xff) - CENTRE;
        }
        return plane;
    }

    private static float[] sized(float[] scratch, int length) {
        return scratch.length >= length ? scratch : new float[length];
    }

    private static float[] kernel() {
        double[] weights = new double[WINDOW];
        double sum = 0;
        for (int k = 0; k < WINDOW; k++) {
            int distance = k - WINDOW / 2;
            weights[k] = StrictMath.exp(-distance * distance / (2 * 1.5 * 1.5));
            sum += weights[k];
        }
        float[] kernel = new float[WINDOW];
        for (int k = 0; k < WINDOW; k++) {
            kernel[k] = (float) (weights[k] / sum);
        }
        return kernel;
    }
}

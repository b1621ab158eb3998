package io.nolook.frame;

import java.util.Arrays;

/**
 * Fits the samples of a JPEG's components to the model's size, and makes RGB of them.
 *
 * <p>Each component is fitted as it is, fine or coarse, and only what the model sees is turned into colours: JFIF's YCbCr. All in
 * integers. Not thread-safe: keeps the plans for the last picture's size and its scratch rows.
 */
final class JpegColours {
    private static final int BITS = 16;
    private static final int HALF = 1 << BITS - 1;
    private static final int RED_OF_CR = 91881;
    private static final int GREEN_OF_CB = 22554;
    private static final int GREEN_OF_CR = 46802;
    private static final int BLUE_OF_CB = 116130;

    private final FitPlan[] plans = new FitPlan[3];
    private final byte[][] fitted = new byte[3][0];
    private int[] columns = new int[0];

    /**
     * Makes the model's picture.
     *
     * @param count of components: 1 is gray
     */
    Picture picture(JpegComponent[] components, int count, FrameSize size, FrameFitter fitter) {
        int pixels = fitter.width() * fitter.height();
        for (int i = 0; i < count; i++) {
            fitted[i] = fitted[i].length < pixels ? new byte[pixels] : fitted[i];
            JpegComponent from = components[i];
            if (plans[i] == null || !plans[i].isFor(fitter, size, from.stepAcross(), from.stepDown())) {
                plans[i] = FitPlan.of(fitter, size, from.stepAcross(), from.stepDown());
            }
            fit(from, plans[i], fitter.width(), fitted[i]);
        }
        byte[] rgb = new byte[3 * pixels];
        FitPlan plan = plans[0];
        for (int y = 0; y < plan.down().first().length; y++) {
            int start = (plan.top() + y) * fitter.width() + plan.left();
            int end = start + plan.across().first().length;
            if (count == 1) {
                gray(fitted[0], start, end, rgb);
            } else {
                convert(fitted[0], fitted[1], fitted[2], start, end, rgb);
            }
        }
        return new Picture(fitter.width(), fitter.height(), rgb);
    }

    private void fit(JpegComponent from, FitPlan plan, int width, byte[] to) {
        int[] first = plan.across().first();
        int[][] weights = plan.across().weights();
        int begin = first[0];
        int end = first[first.length - 1] + weights[first.length - 1].length;
        columns = columns.length < end ? new int[end] : columns;
        for (int y = 0; y < plan.down().first().length; y++) {
            Arrays.fill(columns, begin, end, 0);
            int row = plan.down().first()[y] * from.stride();
            for (int weight : plan.down().weights()[y]) {
                add(from.samples(), row, weight, columns, begin, end);
                row += from.stride();
            }
            mix(columns, first, weights, to, (plan.top() + y) * width + plan.left());
        }
    }

    /** Adds a row, times its weight: sums stay below 255 * 2^22, which fits an int. */
    private static void add(byte[] samples, int row, int weight, int[] sums, int begin, int end) {
        for (int x = begin; x < end; x++) {
            sums[x] += weight * (samples[row + x] & 0xff);
        }
    }

    private static void mix(int[] columns, int[] first, int[][] weights, byte[] to, int start) {
        for (int x = 0; x < first.length; x++) {
            long sum = 1L << 2 * Resampling.BITS - 1;
            int in = first[x];
            for (int weight : weights[x]) {
                sum += (long) weight * columns[in++];
            }
            to[start + x] = (byte) (sum >> 2 * Resampling.BITS);
        }
    }

    private static void gray(byte[] luma, int start, int end, byte[] rgb) {
        for (int i = start, out = 3 * start; i < end; i++) {
            rgb[out++] = luma[i];
            rgb[out++] = luma[i];
            rgb[out++] = luma[i];
        }
    }

    private static void convert(byte[] luma, byte[] blue, byte[] red, int start, int end, byte[] rgb) {
        for (int i = start, out = 3 * start; i < end; i++, out += 3) {
            int y = luma[i] & 0xff;
            int cb = (blue[i] & 0xff) - 128;
            int cr = (red[i] & 0xff) - 128;
            rgb[out] = clamp(y + (RED_OF_CR * cr + HALF >> BITS));
            rgb[out + 1] = clamp(y + (HALF - GREEN_OF_CB * cb - GREEN_OF_CR * cr >> BITS));
            rgb[out + 2] = clamp(y + (BLUE_OF_CB * cb + HALF >> BITS));
        }
    }

    private static byte clamp(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}

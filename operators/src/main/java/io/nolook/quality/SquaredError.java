package io.nolook.quality;

import io.nolook.frame.Picture;

/**
 * Squared error of RGB pictures, pooled, and its PSNR.
 *
 * <p>Sums are integers: the order of the pictures changes nothing. A PSNR over several pictures is that of their pooled
 * error, not a mean of PSNRs. Not thread-safe; two are joined with {@link #add(SquaredError)}.
 */
public final class SquaredError {
    /** What equal pictures count as, instead of infinity, and the most that anything counts as; dB. */
    public static final double MOST_DECIBEL = 100;

    private static final double PEAK = 255;

    private long sum;
    private long values;

    /** Adds one picture and its reconstruction, of the same size. */
    public void add(Picture original, Picture decoded) {
        requireSameSize(original, decoded);
        byte[] a = original.rgb();
        byte[] b = decoded.rgb();
        long squares = 0;
        for (int i = 0; i < a.length; i++) {
            int difference = (a[i] & 0xff) - (b[i] & 0xff);
            squares += difference * difference;
        }
        sum += squares;
        values += a.length;
    }

    /** Adds what another has seen. */
    public void add(SquaredError other) {
        sum += other.sum;
        values += other.values;
    }

    /** Mean squared error of a colour value, 0 to 255^2. */
    public double mean() {
        if (values == 0) {
            throw new IllegalStateException("found no picture, expected at least one");
        }
        return (double) sum / values;
    }

    /** Peak signal-to-noise ratio, dB, at most {@value #MOST_DECIBEL}. */
    public double psnr() {
        double mean = mean();
        return mean == 0 ? MOST_DECIBEL : Math.min(MOST_DECIBEL, 10 * Math.log10(PEAK * PEAK / mean));
    }

    static void requireSameSize(Picture original, Picture decoded) {
        if (original.width() != decoded.width() || original.height() != decoded.height()) {
            throw new IllegalArgumentException("found pictures of " + original.width() + "x" + original.height()
                    + " and " + decoded.width() + "x" + decoded.height() + ", expected one size");
        }
    }
}

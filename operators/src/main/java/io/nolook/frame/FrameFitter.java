package io.nolook.frame;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Brings pictures of any size to the model's size.
 *
 * <p>Shrinking averages areas exactly, enlarging is bilinear, all in integers: the same picture gives the same bytes
 * anywhere. Not thread-safe: keeps the plan for the last source size and its scratch rows.
 */
public final class FrameFitter {
    private final FrameFit fit;
    private final int width;
    private final int height;

    private @Nullable FitPlan ofPixels;
    private int[] columns = new int[0];

    /**
     * @param width of the model, at least 1
     * @param height of the model, at least 1
     */
    public FrameFitter(FrameFit fit, int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "found frame.size " + width + " x " + height + ", expected at least 1 x 1");
        }
        this.fit = fit;
        this.width = width;
        this.height = height;
    }

    FrameFit fit() {
        return fit;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** How many pixels of a picture at least come to one of the model's, across and down. */
    double shrinkage(FrameSize size) {
        double across = (double) size.width() / width;
        double down = (double) size.height() / height;
        return fit == FrameFit.PAD ? Math.max(across, down) : Math.min(across, down);
    }

    /** Returns a picture of the model's size; {@code picture} itself when it has that size. */
    public Picture fit(Picture picture) {
        if (picture.width() == width && picture.height() == height) {
            return picture;
        }
        FrameSize size = new FrameSize(picture.width(), picture.height());
        if (ofPixels == null || !ofPixels.isFor(this, size, 1, 1)) {
            ofPixels = FitPlan.of(this, size, 1, 1);
        }
        byte[] rgb = new byte[3 * width * height];
        if (columns.length < 3 * size.width()) {
            columns = new int[3 * size.width()];
        }
        Resampling across = ofPixels.across();
        Resampling down = ofPixels.down();
        for (int y = 0; y < down.first().length; y++) {
            mixRows(picture, across, down.first()[y], down.weights()[y]);
            mixColumns(rgb, across, 3 * ((ofPixels.top() + y) * width + ofPixels.left()));
        }
        return new Picture(width, height, rgb);
    }

    /** Sums source rows into {@code columns}, scaled by 2^22: at most 255 * 2^22, which fits an int. */
    private void mixRows(Picture picture, Resampling across, int firstRow, int[] weights) {
        int stride = 3 * picture.width();
        int begin = 3 * across.first()[0];
        int lastPixel = across.first().length - 1;
        int end = 3 * (across.first()[lastPixel] + across.weights()[lastPixel].length);
        int[] sums = columns;
        byte[] rgb = picture.rgb();
        Arrays.fill(sums, begin, end, 0);
        for (int k = 0; k < weights.length; k++) {
            int weight = weights[k];
            int row = (firstRow + k) * stride;
            for (int i = begin; i < end; i++) {
                sums[i] += weight * (rgb[row + i] & 0xff);
            }
        }
    }

    private void mixColumns(byte[] rgb, Resampling across, int start) {
        long half = 1L << 2 * Resampling.BITS - 1;
        int out = start;
        for (int x = 0; x < across.first().length; x++) {
            int[] weights = across.weights()[x];
            int in = 3 * across.first()[x];
            long red = half;
            long green = half;
            long blue = half;
            for (int weight : weights) {
                red += (long) weight * columns[in++];
                green += (long) weight * columns[in++];
                blue += (long) weight * columns[in++];
            }
            rgb[out++] = (byte) (red >> 2 * Resampling.BITS);
            rgb[out++] = (byte) (green >> 2 * Resampling.BITS);
            rgb[out++] = (byte) (blue >> 2 * Resampling.BITS);
        }
    }
}

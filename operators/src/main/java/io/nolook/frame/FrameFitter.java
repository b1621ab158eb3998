package io.nolook.frame;

import java.util.Arrays;

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

    private FrameSize planned;
    private Resampling across;
    private Resampling down;
    private int left;
    private int top;
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

    /** Returns a picture of the model's size; {@code picture} itself when it has that size. */
    public Picture fit(Picture picture) {
        if (picture.width() == width && picture.height() == height) {
            return picture;
        }
        FrameSize size = new FrameSize(picture.width(), picture.height());
        if (!size.equals(planned)) {
            plan(size.width(), size.height());
            planned = size;
        }
        byte[] rgb = new byte[3 * width * height];
        if (columns.length < 3 * size.width()) {
            columns = new int[3 * size.width()];
        }
        for (int y = 0; y < down.first().length; y++) {
            mixRows(picture, down.first()[y], down.weights()[y]);
            mixColumns(rgb, 3 * ((top + y) * width + left));
        }
        return new Picture(width, height, rgb);
    }

    private void plan(int w, int h) {
        // products of sides stay far below 2^63: a picture has at most 2^30 pixels
        boolean wider = (long) w * height >= (long) h * width;
        left = 0;
        top = 0;
        switch (fit) {
            case STRETCH -> {
                across = Resampling.of(w, width, 0, w, 1);
                down = Resampling.of(h, height, 0, h, 1);
            }
            case CROP -> {
                across = wider ? centre(w, width, (long) h * width, height) : Resampling.of(w, width, 0, w, 1);
                down = wider ? Resampling.of(h, height, 0, h, 1) : centre(h, height, (long) w * height, width);
            }
            case PAD -> {
                int innerWidth = wider ? width : rounded((long) w * height, h);
                int innerHeight = wider ? rounded((long) h * width, w) : height;
                left = (width - innerWidth) / 2;
                top = (height - innerHeight) / 2;
                across = Resampling.of(w, innerWidth, 0, w, 1);
                down = Resampling.of(h, innerHeight, 0, h, 1);
            }
            default -> throw new IllegalStateException("found fit " + fit + ", expected crop, pad or stretch");
        }
    }

    /** The middle {@code length / unit} of the source pixels. */
    private static Resampling centre(int source, int target, long length, long unit) {
        return Resampling.of(source, target, source * unit - length, 2 * length, 2 * unit);
    }

    private static int rounded(long dividend, long divisor) {
        return (int) Math.max(1, (2 * dividend + divisor) / (2 * divisor));
    }

    /** Sums source rows into {@code columns}, scaled by 2^22: at most 255 * 2^22, which fits an int. */
    private void mixRows(Picture picture, int firstRow, int[] weights) {
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

    private void mixColumns(byte[] rgb, int start) {
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

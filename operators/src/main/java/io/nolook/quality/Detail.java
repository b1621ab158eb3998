package io.nolook.quality;

import io.nolook.frame.Picture;

/**
 * How much of the detail of pictures is in their reconstructions: the energy of what changes from pixel to pixel.
 *
 * <p>1 for a reconstruction as sharp as the original, less for blur, more for noise; whether the detail is at its place
 * this does not say. Sums are integers: the order of the pictures changes nothing. Not thread-safe.
 */
public final class Detail {
    private static final int CHANNELS = 3;

    private long original;
    private long decoded;

    /** Adds one picture and its reconstruction, of the same size. */
    public void add(Picture picture, Picture reconstruction) {
        SquaredError.requireSameSize(picture, reconstruction);
        original += energy(picture);
        decoded += energy(reconstruction);
    }

    /** Adds what another has seen. */
    public void add(Detail other) {
        original += other.original;
        decoded += other.decoded;
    }

    /** Energy of the reconstructions over that of the originals, 0 or more; NaN where the originals have none. */
    public double share() {
        return original == 0 ? Double.NaN : (double) decoded / original;
    }

    /** Squared differences to the pixel at the left and the one above, over all colours. */
    private static long energy(Picture picture) {
        byte[] rgb = picture.rgb();
        int row = picture.width() * CHANNELS;
        long sum = 0;
        for (int y = 0; y < picture.height(); y++) {
            int begin = y * row;
            for (int i = begin; i < begin + row; i++) {
                int value = rgb[i] & 0xff;
                int across = i - begin < CHANNELS ? 0 : value - (rgb[i - CHANNELS] & 0xff);
                int down = y == 0 ? 0 : value - (rgb[i - row] & 0xff);
                sum += across * across + down * down;
            }
        }
        return sum;
    }
}

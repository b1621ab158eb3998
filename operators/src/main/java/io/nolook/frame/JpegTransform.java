package io.nolook.frame;

/**
 * Turns the coefficients of a block into averages of its pixels: 1, 2 or 4 a side.
 *
 * <p>In integers, so that the same block gives the same samples anywhere. Of the inverse cosine transform (ITU-T T.81, A.3.3)
 * only the lowest coefficients are taken, each with the weight that it has in the average: the mean of cos((2x + 1) k pi / 16)
 * over two pixels is the cosine between them times cos(k pi / 16), over four this once more with cos(k pi / 8).
 */
final class JpegTransform {
    /** Most samples of a side. */
    static final int MOST = 4;

    private static final int SCALE_BITS = 12;
    private static final int BITS = 13;
    private static final int ROUND = 1 << BITS - 1;
    /** cos(pi/8) and cos(3 pi/8), times 2^13. */
    private static final long COS_1 = 7568;

    private static final long COS_3 = 3135;

    private final int[] lines = new int[JpegBits.BLOCK];

    /** What the coefficients of a block are multiplied by, by place in zigzag order: their unit and their weight. */
    static void scale(int[] units, int width, int height, int[] into) {
        for (int k = 0; k <= last(width, height); k++) {
            int place = JpegBits.place(k);
            double weight = weight(place & 7, width) * weight(place >> 3, height);
            into[k] = (int) Math.round(units[k] * weight * (1 << SCALE_BITS));
        }
    }

    private static double weight(int k, int side) {
        if (k >= side) {
            return 0;
        }
        double weight = k == 0 ? StrictMath.sqrt(0.125) : 0.5 * StrictMath.cos(k * Math.PI / 16);
        if (side == 2 && k == 1) {
            weight *= StrictMath.cos(Math.PI / 8) * StrictMath.cos(Math.PI / 4);
        }
        return side == 4 && k == 2 ? weight * StrictMath.cos(Math.PI / 4) : weight;
    }

    /** Place in zigzag order of the last coefficient that matters. */
    static int last(int width, int height) {
        int last = JpegBits.BLOCK - 1;
        while ((JpegBits.place(last) & 7) >= width || JpegBits.place(last) >> 3 >= height) {
            last--;
        }
        return last;
    }

    /**
     * Writes a block's samples.
     *
     * @param last place in zigzag order of its last coefficient that is not 0
     * @param at of its first sample
     */
    void samples(int[] block, int last, int width, int height, byte[] to, int at, int stride) {
        if (last == 0) {
            byte value = sample(block[0]);
            for (int y = 0, row = at; y < height; y++, row += stride) {
                for (int x = 0; x < width; x++) {
                    to[row + x] = value;
                }
            }
        } else if (width == 2 && height == 2) {
            int upper = block[0] + block[8];
            int lower = block[0] - block[8];
            int right = block[1] + block[9];
            int crossed = block[1] - block[9];
            to[at] = sample(upper + right);
            to[at + 1] = sample(upper - right);
            to[at + stride] = sample(lower + crossed);
            to[at + stride + 1] = sample(lower - crossed);
        } else {
            for (int x = 0; x < width; x++) {
                line(block, x, 8, height, lines);
            }
            for (int y = 0, row = at; y < height; y++, row += stride) {
                line(lines, 8 * y, 1, width, lines);
                for (int x = 0; x < width; x++) {
                    to[row + x] = sample(lines[8 * y + x]);
                }
            }
        }
    }

    private static byte sample(int scaled) {
        return (byte) Math.max(0, Math.min(255, (scaled + (1 << SCALE_BITS - 1) >> SCALE_BITS) + 128));
    }

    /** One, two or four numbers in a line become as many in the same places of {@code to}. */
    private static void line(int[] from, int at, int step, int count, int[] to) {
        int first = from[at];
        if (count == 1) {
            to[at] = first;
            return;
        }
        int second = from[at + step];
        if (count == 2) {
            to[at] = first + second;
            to[at + step] = first - second;
            return;
        }
        int third = from[at + 2 * step];
        int fourth = from[at + 3 * step];
        int outer = (int) (COS_1 * second + COS_3 * fourth + ROUND >> BITS);
        int inner = (int) (COS_3 * second - COS_1 * fourth + ROUND >> BITS);
        to[at] = first + third + outer;
        to[at + step] = first - third + inner;
        to[at + 2 * step] = first - third - inner;
        to[at + 3 * step] = first + third - outer;
    }
}

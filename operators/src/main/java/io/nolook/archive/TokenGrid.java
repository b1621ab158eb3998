package io.nolook.archive;

/**
 * The shape of a token frame; checked, since it may come from bytes of anyone.
 *
 * @param height rows, 1 to {@value #MOST_SIDE}
 * @param width columns, 1 to {@value #MOST_SIDE}
 * @param bits a token, 1 to 30
 */
public record TokenGrid(int height, int width, int bits) {
    /** Most rows, and most columns. */
    public static final int MOST_SIDE = 4096;

    public TokenGrid {
        boolean sides = height >= 1 && height <= MOST_SIDE && width >= 1 && width <= MOST_SIDE;
        if (!sides || bits < 1 || bits > 30) {
            throw new IllegalArgumentException("found a grid of " + width + "x" + height + " tokens of " + bits
                    + " bits, expected 1x1 to " + MOST_SIDE + "x" + MOST_SIDE + " of 1 to 30 bits");
        }
    }

    /** Tokens of a token frame. */
    public int tokens() {
        return height * width;
    }

    /** Bytes of a token frame, bit-packed by itself. */
    public int packedBytes() {
        return Math.toIntExact(((long) tokens() * bits + 7) / 8);
    }
}

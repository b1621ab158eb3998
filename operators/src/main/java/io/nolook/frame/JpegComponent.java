package io.nolook.frame;

/**
 * A component of a baseline JPEG: how it is read, and its samples.
 *
 * <p>Owned by {@link JpegReducer}, which uses it for one picture after another. A large picture's samples are let go of.
 */
final class JpegComponent {
    private static final int KEPT_SAMPLES = 1 << 20;

    /** Multiplies coefficients, by place in zigzag order. */
    final int[] scale = new int[JpegBits.BLOCK];

    JpegHuffman dc;
    JpegHuffman ac;
    /** First coefficient of the block before. */
    int lastDc;

    private int id;
    private int across;
    private int down;
    private int table;
    private int stepAcross;
    private int stepDown;
    private int blockWidth;
    private int blockHeight;
    private int stride;
    private int wanted;
    private byte[] samples = new byte[0];

    /** Reads what a frame header says of it. */
    void describe(byte[] bytes, int at) {
        id = bytes[at] & 0xff;
        across = bytes[at + 1] >> 4 & 0xf;
        down = bytes[at + 1] & 0xf;
        table = bytes[at + 2] & 0xff;
    }

    /** Of a picture with no other: its blocks come one by one, whatever the header says. */
    void standAlone() {
        across = 1;
        down = 1;
    }

    int id() {
        return id;
    }

    /** Blocks of an MCU side by side. */
    int across() {
        return across;
    }

    /** Blocks of an MCU one above the other. */
    int down() {
        return down;
    }

    /** Number of its quantization table. */
    int table() {
        return table;
    }

    /**
     * Finds how few samples its blocks may become.
     *
     * @param pixelsAcross of the picture under one of its blocks: 8, or more where another component is finer
     * @param pixelsDown of the picture under one of its blocks
     * @param most pixels that one sample should stand for, across and down
     */
    void resolve(int pixelsAcross, int pixelsDown, double most) {
        blockWidth = samples(pixelsAcross, most);
        blockHeight = samples(pixelsDown, most);
        stepAcross = pixelsAcross / blockWidth;
        stepDown = pixelsDown / blockHeight;
        wanted = JpegTransform.last(blockWidth, blockHeight);
    }

    private static int samples(int pixels, double most) {
        int samples = 1;
        while (pixels > most * samples && samples < JpegTransform.MOST) {
            samples *= 2;
        }
        return samples;
    }

    /**
     * Begins a picture.
     *
     * @param units of its coefficients, by place in zigzag order
     * @param columns of MCUs
     * @param rows of MCUs
     */
    void begin(int[] units, int columns, int rows) {
        JpegTransform.scale(units, blockWidth, blockHeight, scale);
        stride = columns * across * blockWidth;
        int size = stride * rows * down * blockHeight;
        if (samples.length < size) {
            samples = new byte[size];
        }
        lastDc = 0;
    }

    /** Lets go of what a large picture took. */
    void end() {
        if (samples.length > KEPT_SAMPLES) {
            samples = new byte[0];
        }
    }

    /** Pixels of the picture that one sample stands for, across. */
    int stepAcross() {
        return stepAcross;
    }

    /** Pixels of the picture that one sample stands for, down. */
    int stepDown() {
        return stepDown;
    }

    /** Samples that a block becomes, across. */
    int blockWidth() {
        return blockWidth;
    }

    /** Samples that a block becomes, down. */
    int blockHeight() {
        return blockHeight;
    }

    /** From one row of samples to the next. */
    int stride() {
        return stride;
    }

    /** Place in zigzag order of the last coefficient that matters. */
    int wanted() {
        return wanted;
    }

    /** Row by row; those behind the picture's fill up blocks. */
    byte[] samples() {
        return samples;
    }
}

package io.nolook.quality;

import java.util.Arrays;

/**
 * An estimate of how short a stream of token frames codes: the ideal length of an adaptive binary context model.
 *
 * <p>Bit by bit, least significant first, in raster order. Each context model keeps a probability by its context (the
 * Krichevsky-Trofimov estimate, which forgets after {@value #MEMORY} bits); their predictions are mixed logistically,
 * with weights learned as it goes. Every prediction uses earlier tokens and lower bits only, so a decoder can follow; a
 * range coder would lose under 0.1 % to this length, and nothing is coded here. Contexts: the same bit before in time,
 * left and above; how many of the last {@value #RECENT} bits those neighbours share with this token; the token's own
 * lower bits, those {@value #RECENT} and twice {@value #RECENT} below apart, for codes whose later bits refine earlier
 * ones. Source: Mahoney, "Adaptive weighing of context models for lossless data compression", 2005. Not thread-safe.
 */
public final class AdaptiveCodeLength {
    /** Bits after which a probability forgets as fast as it learns. */
    public static final int MEMORY = 400;

    private static final int RECENT = 6;
    private static final int DISTANCES = RECENT + 2;
    /** Contexts of a bit, for each model. */
    private static final int[] CONTEXTS = {
        27, 729, 3 * DISTANCES * 3, 9 * DISTANCES * DISTANCES, 3 << RECENT, 243, 9 * DISTANCES
    };

    private static final double LEARNING = 0.01;
    /** No probability is nearer to 0 or 1. */
    private static final float LEAST = 1f / (1 << 20);

    private final int bits;
    private final int height;
    private final int width;
    private final float[][] probabilities = new float[CONTEXTS.length][];
    private final short[][] counts = new short[CONTEXTS.length][];
    private final double[][] weights;
    private final int[] contexts = new int[CONTEXTS.length];
    private final double[] inputs = new double[CONTEXTS.length];
    private int[] previous = new int[0];

    /**
     * @param bits a token, 1 to 30
     * @param height tokens of a column
     * @param width tokens of a row
     */
    public AdaptiveCodeLength(int bits, int height, int width) {
        if (bits < 1 || bits > 30 || height < 1 || width < 1) {
            throw new IllegalArgumentException("found " + bits + " bits and a grid of " + width + "x" + height
                    + ", expected 1 to 30 bits and at least 1x1");
        }
        this.bits = bits;
        this.height = height;
        this.width = width;
        for (int m = 0; m < CONTEXTS.length; m++) {
            probabilities[m] = new float[CONTEXTS[m] * bits];
            Arrays.fill(probabilities[m], 0.5f);
            counts[m] = new short[CONTEXTS[m] * bits];
        }
        weights = new double[bits][CONTEXTS.length];
        for (double[] row : weights) {
            Arrays.fill(row, 1.5 / CONTEXTS.length);
        }
    }

    /** Forgets the last token frame but not what was learned: the next one begins a clip. */
    public void keyframe() {
        previous = new int[0];
    }

    /**
     * Adds the next token frame.
     *
     * @param tokens in raster order
     * @return its length, bits
     */
    public double add(int[] tokens) {
        if (tokens.length != height * width) {
            throw new IllegalArgumentException(
                    "found " + tokens.length + " tokens, expected " + height * width + " of a token frame");
        }
        double length = 0;
        for (int at = 0; at < tokens.length; at++) {
            for (int bit = 0; bit < bits; bit++) {
                place(tokens, at, bit);
                length += code(bit, tokens[at] >> bit & 1);
            }
        }
        previous = tokens.clone();
        return length;
    }

    /** Finds the context of every model. */
    private void place(int[] tokens, int at, int bit) {
        boolean right = at % width < width - 1;
        int before = previous.length > 0 ? previous[at] : -1;
        int left = at % width > 0 ? tokens[at - 1] : -1;
        int above = at >= width ? tokens[at - width] : -1;
        int beforeRight = right && previous.length > 0 ? previous[at + 1] : -1;
        int beforeBelow = at + width < previous.length ? previous[at + width] : -1;
        int aboveRight = right && at >= width ? tokens[at - width + 1] : -1;
        // the bits from this one on are not known yet
        int known = tokens[at] & (1 << bit) - 1;
        int near = (bit(before, bit) * 3 + bit(left, bit)) * 3 + bit(above, bit);
        int around = (bit(beforeRight, bit) * 3 + bit(beforeBelow, bit)) * 3 + bit(aboveRight, bit);
        int stages = stage(known, bit - RECENT) * 3 + stage(known, bit - 2 * RECENT);
        int refined = (refined(before, known, bit) * 3 + refined(left, known, bit)) * 3 + refined(above, known, bit);
        int far = distance(before, known, bit);
        int sides = bit(left, bit) * 3 + bit(above, bit);
        contexts[0] = near;
        contexts[1] = near * 27 + around;
        contexts[2] = (bit(before, bit) * DISTANCES + far) * 3 + bit(left, bit);
        contexts[3] = (sides * DISTANCES + distance(left, known, bit)) * DISTANCES + distance(above, known, bit);
        contexts[4] = (known >> Math.max(0, bit - RECENT)) * 3 + bit(before, bit);
        contexts[5] = stages * 27 + refined;
        contexts[6] = (bit(before, bit) * 3 + bit(beforeRight, bit)) * DISTANCES + far;
        for (int m = 0; m < CONTEXTS.length; m++) {
            contexts[m] += CONTEXTS[m] * bit;
        }
    }

    /** Length of one bit; learns from it. */
    private double code(int bit, int value) {
        double[] weight = weights[bit];
        double sum = 0;
        for (int m = 0; m < inputs.length; m++) {
            double p = probabilities[m][contexts[m]];
            inputs[m] = StrictMath.log(p / (1 - p));
            sum += weight[m] * inputs[m];
        }
        double one = Math.min(1 - LEAST, Math.max(LEAST, 1 / (1 + StrictMath.exp(-sum))));
        double error = LEARNING * (value - one);
        for (int m = 0; m < inputs.length; m++) {
            weight[m] += error * inputs[m];
            int context = contexts[m];
            int count = counts[m][context];
            float p = probabilities[m][context];
            float next = p + (value - p) / (count + 2);
            probabilities[m][context] = Math.min(1 - LEAST, Math.max(LEAST, next));
            counts[m][context] = (short) Math.min(MEMORY, count + 1);
        }
        return -StrictMath.log(value == 1 ? one : 1 - one) / StrictMath.log(2);
    }

    /** 0 or 1, 2 for a token that is not there. */
    private static int bit(int token, int bit) {
        return token < 0 ? 2 : token >> bit & 1;
    }

    private static int stage(int known, int bit) {
        return bit < 0 ? 2 : known >> bit & 1;
    }

    /** The neighbour's bit where the bits that it refines are equal; 2 where they are not. */
    private static int refined(int neighbour, int known, int bit) {
        boolean alike = neighbour >= 0;
        for (int below = bit - RECENT; below >= 0; below -= RECENT) {
            alike &= ((neighbour ^ known) >> below & 1) == 0;
        }
        return alike ? neighbour >> bit & 1 : 2;
    }

    /** How many of the last bits differ; one more than all of them for a token that is not there. */
    private static int distance(int neighbour, int known, int bit) {
        int recent = Math.min(bit, RECENT);
        int last = (1 << recent) - 1;
        return neighbour < 0 ? RECENT + 1 : Integer.bitCount((neighbour ^ known) >> bit - recent & last);
    }
}

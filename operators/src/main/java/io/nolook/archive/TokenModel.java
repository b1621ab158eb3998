package io.nolook.archive;

import java.util.Arrays;

/**
 * Predicts the bits of tokens from those before them; what it learns is forgotten with it.
 *
 * <p>Bit by bit, least significant first. Each of {@value #MODELS} context models keeps a probability and a count by its
 * context; their log odds are mixed with weights that are learned for every bit. Contexts: the same bit before in time,
 * left and above; how many of the last {@value #RECENT} bits those share with this token; the token's own lower bits;
 * what the neighbours say where the bits that this one refines are equal; the place in the grid. All of it is integer
 * arithmetic on fixed tables, so that a decoder follows on any machine: a change of anything here is another codec.
 * Source: Mahoney, "Adaptive weighing of context models for lossless data compression", 2005. Not thread-safe.
 */
final class TokenModel {
    private static final int RECENT = 6;
    private static final int DISTANCES = RECENT + 2;
    private static final int MODELS = 6;
    /** Places of larger grids share a context. */
    private static final int MOST_PLACES = 4096;
    /** Bits after which a probability forgets as fast as it learns. */
    private static final int MEMORY = 255;

    private static final int COUNT_BITS = 10;
    private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;
    private static final int ONE = (1 << 32 - COUNT_BITS) - 1;
    private static final int HALF = 1 << 31 - COUNT_BITS;
    /** A quarter, in 65536ths: weights of the first bits. */
    private static final int FIRST_WEIGHT = 1 << 14;

    private static final int LEARNING_SHIFT = 14;
    /** Share of the error that a probability moves by, in 65536ths, by count. */
    private static final int[] SHARES = new int[MEMORY + 1];
    /** The lower bits that a bit refines: every {@value #RECENT}th below. */
    private static final int[] REFINES = new int[30];

    static {
        for (int bit = RECENT; bit < REFINES.length; bit++) {
            REFINES[bit] = REFINES[bit - RECENT] | 1 << bit - RECENT;
        }
        for (int count = 0; count <= MEMORY; count++) {
            SHARES[count] = 655_360 / (10 * count + 19);
        }
    }

    private final TokenGrid grid;
    private final int places;
    /** Probability of a 1 in the upper 22 bits, count in the lower 10. */
    private final int[] slots;

    /** Where the slots of a bit's models begin, bit after bit. */
    private final int[] offsets;

    private final int[] weights;
    private final int[] at = new int[MODELS];
    private final int[] odds = new int[MODELS];
    private int mixed;
    private int weightsAt;

    private int place;
    private int before;
    private int left;
    private int above;
    private int beforeRight;

    TokenModel(TokenGrid grid) {
        this.grid = grid;
        places = Math.min(MOST_PLACES, grid.tokens());
        int[] sizes = {27, 9 * DISTANCES * DISTANCES, 3 << RECENT, 243, 9 * DISTANCES, 3 * places};
        offsets = new int[MODELS * grid.bits()];
        int end = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = end;
            end += sizes[i % MODELS];
        }
        slots = new int[end];
        Arrays.fill(slots, HALF << COUNT_BITS);
        weights = new int[MODELS * grid.bits()];
        Arrays.fill(weights, FIRST_WEIGHT);
    }

    /**
     * Goes to a token.
     *
     * @param previous the token frame before, empty where there is none
     * @param tokens of this token frame, known up to this one
     * @param index of the token
     */
    void moveTo(int[] previous, int[] tokens, int index) {
        int width = grid.width();
        int column = index % width;
        boolean follows = previous.length > 0;
        place = (int) ((long) index * places / grid.tokens());
        before = follows ? previous[index] : -1;
        beforeRight = follows && column < width - 1 ? previous[index + 1] : -1;
        left = column > 0 ? tokens[index - 1] : -1;
        above = index >= width ? tokens[index - width] : -1;
    }

    /**
     * The probability that a bit is 1, in 65536ths.
     *
     * @param known the bits below
     */
    int predict(int bit, int known) {
        find(bit, known);
        weightsAt = bit * MODELS;
        long sum = 0;
        for (int m = 0; m < MODELS; m++) {
            int found = Logistic.odds(slots[at[m]] >>> 20);
            odds[m] = found;
            sum += (long) weights[weightsAt + m] * found;
        }
        mixed = Logistic.probability(sum >> 16);
        return mixed;
    }

    /** Learns what the bit was. */
    void learn(int value) {
        int error = (value << 16) - mixed;
        int target = value == 1 ? ONE : 0;
        for (int m = 0; m < MODELS; m++) {
            weights[weightsAt + m] += odds[m] * error + (1 << LEARNING_SHIFT - 1) >> LEARNING_SHIFT;
            int slot = slots[at[m]];
            int count = slot & COUNT_MASK;
            int p = slot >>> COUNT_BITS;
            p += (int) ((long) (target - p) * SHARES[count] >> 16);
            slots[at[m]] = p << COUNT_BITS | Math.min(MEMORY, count + 1);
        }
    }

    /** Finds the slot of every model. */
    private void find(int bit, int known) {
        int recent = Math.min(bit, RECENT);
        int first = bit - recent;
        int last = (1 << recent) - 1;
        int beforeBit = bit(before, bit);
        int leftBit = bit(left, bit);
        int aboveBit = bit(above, bit);
        int leftFar = left < 0 ? RECENT + 1 : Integer.bitCount((left ^ known) >> first & last);
        int aboveFar = above < 0 ? RECENT + 1 : Integer.bitCount((above ^ known) >> first & last);
        int beforeFar = before < 0 ? RECENT + 1 : Integer.bitCount((before ^ known) >> first & last);
        int stages = stage(known, bit - RECENT) * 3 + stage(known, bit - 2 * RECENT);
        int refines = REFINES[bit];
        int refined = (refined(before, known, refines, bit) * 3 + refined(left, known, refines, bit)) * 3
                + refined(above, known, refines, bit);
        int from = bit * MODELS;
        at[0] = offsets[from] + (beforeBit * 3 + leftBit) * 3 + aboveBit;
        at[1] = offsets[from + 1] + ((leftBit * 3 + aboveBit) * DISTANCES + leftFar) * DISTANCES + aboveFar;
        at[2] = offsets[from + 2] + (known >> first) * 3 + beforeBit;
        at[3] = offsets[from + 3] + stages * 27 + refined;
        at[4] = offsets[from + 4] + (beforeBit * 3 + bit(beforeRight, bit)) * DISTANCES + beforeFar;
        at[5] = offsets[from + 5] + place * 3 + beforeBit;
    }

    /** 0 or 1, 2 for a token that is not there. */
    private static int bit(int token, int bit) {
        return token < 0 ? 2 : token >> bit & 1;
    }

    private static int stage(int known, int bit) {
        return bit < 0 ? 2 : known >> bit & 1;
    }

    /** The neighbour's bit where the bits that it refines are equal; 2 where they are not. */
    private static int refined(int neighbour, int known, int refines, int bit) {
        return neighbour >= 0 && ((neighbour ^ known) & refines) == 0 ? neighbour >> bit & 1 : 2;
    }
}

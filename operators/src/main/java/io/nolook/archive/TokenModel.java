package io.nolook.archive;

import static io.nolook.archive.TokenNeighbours.KINDS;

import io.nolook.token.PhasePeriod;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the bits of tokens from those before them; what it learns is forgotten with it.
 *
 * <p>Bit by bit, least significant first. Each context model keeps a probability and a count by its context; their log
 * odds are mixed with weights that are learned for every bit. The {@value #MODELS} contexts of all tokens: the same bit
 * before in time, left and above; how many of the last {@value #RECENT} bits those share with this token; the token's own
 * lower bits; what the neighbours say where the bits that this one refines are equal; the place in the grid.
 *
 * <p>With a phase period above 1, {@value #PERIODIC_MODELS} more, and weights by the kind of the token right before
 * ({@link TokenNeighbours}) and by whether this one may still be an escape: the bit one period before, and whether that
 * token was right so far; the phase, with the newest code packed around an escape's marks, and with the last bits; what
 * the two newest codes say where the bits that this one refines are equal, also by place.
 *
 * <p>With {@link PriorTables}, one input more, what they expect ({@link TokenPrior}), and first weights from there.
 *
 * <p>All of it is integer arithmetic on fixed tables, so that a decoder follows on any machine: a change of anything here
 * is another codec. Most memory, of 30 bits and the longest period: 11 MB, and two token frames. Source: Mahoney, "Adaptive weighing of context models for lossless data compression", 2005. Not thread-safe.
 */
final class TokenModel {
    static final int RECENT = 6;

    private static final int DISTANCES = RECENT + 2;
    private static final int MODELS = 6;
    private static final int PERIODIC_MODELS = 5;
    /** Places of larger grids share a context. */
    private static final int MOST_PLACES = 4096;
    /** Bits after which a probability forgets as fast as it learns. */
    private static final int MEMORY = 255;

    private static final int COUNT_BITS = 10;
    private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;
    private static final int ONE = (1 << 32 - COUNT_BITS) - 1;
    private static final int HALF = 1 << 31 - COUNT_BITS;
    /** One and a half, in 65536ths: the sum of the weights of the first bits. */
    private static final int FIRST_WEIGHTS = 6 << 14;

    /** Inputs of the mixer with a period and tables. */
    static final int MOST_INPUTS = MODELS + PERIODIC_MODELS + 1;

    /** How slowly weights are learned: those that begin alike, and those of the tables. */
    private static final int LEARNING_SHIFT = 14;

    private static final int LEARNED_SHIFT = 15;
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
    private final TokenNeighbours near;
    private final @Nullable TokenPrior prior;
    private final int learningShift;
    private final boolean periodic;
    private final int models;
    private final int inputs;
    private final int places;
    /** Probability of a 1 in the upper 22 bits, count in the lower 10. */
    private final int[] slots;

    /** Where the slots of a bit's models begin, bit after bit. */
    private final int[] offsets;

    private final int[] weights;
    private final int[] at;
    private final int[] odds;
    private int mixed;
    private int weightsAt;
    private int place;

    /**
     * @param period of the phase, 1 to {@value PhasePeriod#MOST}
     */
    TokenModel(TokenGrid grid, int period) {
        this(grid, period, null);
    }

    /**
     * @param period of the phase, 1 to {@value PhasePeriod#MOST}
     * @param tables what is known of such tokens, if anything
     */
    TokenModel(TokenGrid grid, int period, @Nullable PriorTables tables) {
        this.grid = grid;
        near = new TokenNeighbours(grid, period);
        periodic = period > 1;
        models = periodic ? MODELS + PERIODIC_MODELS : MODELS;
        at = new int[models];
        prior = tables == null ? null : new TokenPrior(tables);
        learningShift = tables == null ? LEARNING_SHIFT : LEARNED_SHIFT;
        inputs = tables == null ? models : models + 1;
        odds = new int[inputs];
        places = Math.min(MOST_PLACES, grid.tokens());
        int[] sizes = {
            27,
            9 * DISTANCES * DISTANCES,
            3 << RECENT,
            243,
            9 * DISTANCES,
            3 * places,
            6 * KINDS * KINDS,
            period * 81 * KINDS,
            period * 6 << RECENT,
            243 * KINDS,
            9 * places
        };
        offsets = new int[models * grid.bits()];
        int end = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = end;
            end += sizes[i % models];
        }
        slots = new int[end];
        Arrays.fill(slots, HALF << COUNT_BITS);
        if (tables == null) {
            weights = new int[(periodic ? 3 * KINDS : 1) * grid.bits() * models];
            Arrays.fill(weights, FIRST_WEIGHTS / models);
        } else {
            weights = tables.weights.clone();
        }
    }

    /**
     * Begins a token frame.
     *
     * @param frames those before it, in order
     * @param now its tokens, known up to the one that is moved to
     */
    void begin(List<int[]> frames, int[] now) {
        near.begin(frames, now);
    }

    /** Goes to a token of the token frame. */
    void moveTo(int index) {
        place = (int) ((long) index * places / grid.tokens());
        near.moveTo(index);
        if (prior != null) {
            prior.moveTo(near);
        }
    }

    /** The weights that a model with tables has after some token frames. */
    static int[] weightsAfter(TokenGrid grid, PriorTables tables, List<int[]> frames) {
        TokenModel model = new TokenModel(grid, PriorTables.PERIOD, tables);
        ContextPayload.encode(model, grid, frames, new ByteArrayOutputStream());
        return model.weights;
    }

    /**
     * The probability that a bit is 1, in 65536ths.
     *
     * @param known the bits below
     */
    int predict(int bit, int known) {
        int marked = periodic ? marked(bit, known) : 0;
        find(bit, known, marked);
        weightsAt = ((near.beforeKind * 3 + marked) * grid.bits() + bit) * inputs;
        long sum = weighed(0, MODELS);
        if (periodic) {
            sum += weighed(MODELS, MODELS + PERIODIC_MODELS);
        }
        if (prior != null) {
            odds[models] = prior.odds(bit, known);
            sum += (long) weights[weightsAt + models] * odds[models];
        }
        mixed = Logistic.probability(sum >> 16);
        return mixed;
    }

    /** What some of the models say; few and known in number, so that the loop is unrolled. */
    private long weighed(int first, int end) {
        long sum = 0;
        for (int m = first; m < end; m++) {
            int found = Logistic.odds(slots[at[m]] >>> 20);
            odds[m] = found;
            sum += (long) weights[weightsAt + m] * found;
        }
        return sum;
    }

    /** Learns what the bit was. */
    void learn(int value) {
        learn(value, 0, MODELS);
        if (periodic) {
            learn(value, MODELS, MODELS + PERIODIC_MODELS);
        }
        if (prior != null) {
            learnWeight(models, (value << 16) - mixed);
        }
    }

    private void learnWeight(int input, int error) {
        weights[weightsAt + input] += odds[input] * error + (1 << learningShift - 1) >> learningShift;
    }

    private void learn(int value, int first, int end) {
        int error = (value << 16) - mixed;
        int target = value == 1 ? ONE : 0;
        for (int m = first; m < end; m++) {
            learnWeight(m, error);
            int slot = slots[at[m]];
            int count = slot & COUNT_MASK;
            int p = slot >>> COUNT_BITS;
            p += (int) ((long) (target - p) * SHARES[count] >> 16);
            slots[at[m]] = p << COUNT_BITS | Math.min(MEMORY, count + 1);
        }
    }

    /** Finds the slot of every model. */
    private void find(int bit, int known, int marked) {
        int recent = Math.min(bit, RECENT);
        int first = bit - recent;
        int last = (1 << recent) - 1;
        int beforeBit = bit(near.before, bit);
        int leftBit = bit(near.left, bit);
        int aboveBit = bit(near.above, bit);
        int leftFar = near.left < 0 ? RECENT + 1 : Integer.bitCount((near.left ^ known) >> first & last);
        int aboveFar = near.above < 0 ? RECENT + 1 : Integer.bitCount((near.above ^ known) >> first & last);
        int beforeFar = near.before < 0 ? RECENT + 1 : Integer.bitCount((near.before ^ known) >> first & last);
        int stages = stage(known, bit - RECENT) * 3 + stage(known, bit - 2 * RECENT);
        int refines = REFINES[bit];
        int refined = (refined(near.before, known, refines, bit) * 3 + refined(near.left, known, refines, bit)) * 3
                + refined(near.above, known, refines, bit);
        int from = bit * models;
        at[0] = offsets[from] + (beforeBit * 3 + leftBit) * 3 + aboveBit;
        at[1] = offsets[from + 1] + ((leftBit * 3 + aboveBit) * DISTANCES + leftFar) * DISTANCES + aboveFar;
        at[2] = offsets[from + 2] + (known >> first) * 3 + beforeBit;
        at[3] = offsets[from + 3] + stages * 27 + refined;
        at[4] = offsets[from + 4] + (beforeBit * 3 + bit(near.beforeRight, bit)) * DISTANCES + beforeFar;
        at[5] = offsets[from + 5] + place * 3 + beforeBit;
        if (periodic) {
            int phased = near.phase << recent | known >> first;
            int newest = refined(near.before, known, refines, bit);
            int codes = refined(near.older, known, refines, bit) * 3 + newest;
            int packed = bit(near.before, bit - bit / RECENT);
            at[6] = offsets[from + 6] + repeats(bit, known);
            at[7] = offsets[from + 7]
                    + (((near.phase * 3 + packed) * 9 + stages) * KINDS + near.beforeKind) * 3
                    + marked;
            at[8] = offsets[from + 8] + (phased * 3 + marked) * 2 + (near.escapesAround ? 1 : 0);
            at[9] = offsets[from + 9] + ((codes * 9 + stages) * KINDS + near.beforeKind) * 3 + beforeBit;
            at[10] = offsets[from + 10] + (place * 3 + newest) * 3 + stage(known, bit - RECENT);
        }
    }

    /** What the token one period before says, and whether it was right so far. */
    private int repeats(int bit, int known) {
        int lower = (1 << bit) - 1;
        int right = near.repeated >= 0 && ((near.repeated ^ known) & lower) == 0 ? 1 : 0;
        return ((right * 3 + bit(near.repeated, bit)) * KINDS + near.beforeKind) * KINDS + near.repeatedKind;
    }

    /** Whether an escape's marks below a bit are set: 0 or 1, 2 where there are none. */
    private int marked(int bit, int known) {
        int marks = near.marks & (1 << bit) - 1;
        if (marks == 0) {
            return 2;
        }
        return (known & marks) == marks ? 1 : 0;
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

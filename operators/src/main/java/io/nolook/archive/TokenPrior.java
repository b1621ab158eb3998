package io.nolook.archive;

import static io.nolook.archive.PriorTables.CODES;
import static io.nolook.archive.PriorTables.FACTORS;
import static io.nolook.archive.PriorTables.FACTOR_BITS;
import static io.nolook.archive.PriorTables.KNOWN;
import static io.nolook.archive.PriorTables.STATES;
import static io.nolook.archive.PriorTables.UNITS;
import static io.nolook.archive.PriorTables.VALUES;
import static io.nolook.archive.TokenNeighbours.KINDS;

/**
 * What {@link PriorTables} expect of a token's bits, given the tokens around it.
 *
 * <p>A network with one hidden layer of {@value PriorTables#UNITS} units, in integers. Its inputs are facts, each a row
 * of the tables: the value of every factor of the tokens around, the phase with the kinds of the tokens before, and the
 * token's own lower factors. A unit is the sum of its rows, 0 where that is negative; the odds of a bit are the units
 * weighed by the bit's node, which the lower bits of its factor name. Not thread-safe.
 */
final class TokenPrior {
    /** Facts that are known before the token. */
    static final int FACTS = PriorTables.AROUND * FACTORS + 1;

    private final PriorTables tables;
    private final int[] facts = new int[FACTS];
    private final int[] sums = new int[UNITS];
    private final int[] units = new int[UNITS];

    TokenPrior(PriorTables tables) {
        this.tables = tables;
    }

    /** The rows of what is known before a token. */
    static void find(TokenNeighbours near, int[] facts) {
        put(near.before, 0, facts);
        put(near.older, 1, facts);
        put(near.repeated, 2, facts);
        put(near.left, 3, facts);
        put(near.above, 4, facts);
        put(near.beforeRight, 5, facts);
        put(near.beforeBelow, 6, facts);
        put(near.aboveRight, 7, facts);
        put(near.rightBefore, 8, facts);
        int kinds = (near.phase * KINDS + near.beforeKind) * KINDS + near.repeatedKind;
        facts[FACTS - 1] = STATES + kinds * 2 + (near.escapesAround ? 1 : 0);
    }

    private static void put(int token, int which, int[] facts) {
        for (int at = which * FACTORS, factor = 0; factor < FACTORS; at++, factor++) {
            facts[at] = at * VALUES + (token < 0 ? CODES : factor(token, factor));
        }
    }

    static int factor(int token, int factor) {
        return token >> FACTOR_BITS * factor & CODES - 1;
    }

    /**
     * The node of a bit.
     *
     * @param known the bits below
     */
    static int node(int bit, int known) {
        int factor = bit / FACTOR_BITS;
        return factor * CODES + (1 << bit % FACTOR_BITS) + (known >> FACTOR_BITS * factor);
    }

    /** Goes to a token. */
    void moveTo(TokenNeighbours near) {
        find(near, facts);
        for (int unit = 0; unit < UNITS; unit++) {
            sums[unit] = tables.first[unit];
        }
        for (int row : facts) {
            add(row);
        }
    }

    /**
     * The log odds of a bit, as {@link Logistic} has them; bits are asked for in order.
     *
     * @param known the bits below
     */
    int odds(int bit, int known) {
        if (bit % FACTOR_BITS == 0) {
            addFactors(bit / FACTOR_BITS, known);
        }
        int node = node(bit, known);
        long sum = (long) tables.biases[node] << 16;
        for (int unit = 0; unit < UNITS; unit++) {
            sum += (long) units[unit] * tables.nodes[node * UNITS + unit];
        }
        return (int) Math.max(1 - Logistic.MOST, Math.min(Logistic.MOST - 1, sum >> 16));
    }

    /** Adds the factors that became known, and sets the units for the next one. */
    private void addFactors(int factor, int known) {
        if (factor == 1) {
            add(KNOWN + factor(known, 0));
        } else if (factor == 2) {
            add(KNOWN + CODES + factor(known, 0));
            add(KNOWN + 2 * CODES + factor(known, 1));
        }
        for (int unit = 0; unit < UNITS; unit++) {
            units[unit] = Math.max(0, sums[unit]);
        }
    }

    private void add(int row) {
        for (int unit = 0; unit < UNITS; unit++) {
            sums[unit] += tables.rows[row * UNITS + unit];
        }
    }
}

package io.nolook.quality;

import java.util.HashMap;
import java.util.Map;

/**
 * Which codes are used, and how evenly.
 *
 * <p>Entropies are plug-in estimates (of the observed frequencies), in bits: with few tokens for many codes they are
 * too low, at most log2 of the sample size. Keeps one count for each distinct code. Not thread-safe.
 */
public final class CodeUse {
    /** A bit of less entropy than this says nothing. */
    public static final double DEAD_BELOW = 0.01;

    private final int bits;
    private final Map<Integer, Integer> counts = new HashMap<>();
    private final long[] ones;
    private long tokens;

    /**
     * @param bits a token, 1 to 30
     */
    public CodeUse(int bits) {
        if (bits < 1 || bits > 30) {
            throw new IllegalArgumentException("found " + bits + " bits a token, expected 1 to 30");
        }
        this.bits = bits;
        ones = new long[bits];
    }

    /** Counts tokens, each in [0, 2^bits). */
    public void add(int[] more) {
        for (int token : more) {
            counts.merge(token, 1, Integer::sum);
            for (int bit = 0; bit < bits; bit++) {
                ones[bit] += token >> bit & 1;
            }
        }
        tokens += more.length;
    }

    /** Tokens counted. */
    public long tokens() {
        return tokens;
    }

    /** Different codes seen. */
    public int distinct() {
        return counts.size();
    }

    /** Bits a token, of all bits together. */
    public double entropy() {
        // sorted, so that the sum does not depend on the order of a hash table
        return counts.values().stream()
                .mapToInt(Integer::intValue)
                .sorted()
                .mapToDouble(count -> term((double) count / tokens))
                .sum();
    }

    /** Entropy of each bit alone, 0 to 1, least significant first. */
    public double[] bitEntropies() {
        double[] entropies = new double[bits];
        for (int bit = 0; bit < bits; bit++) {
            double share = (double) ones[bit] / tokens;
            entropies[bit] = term(share) + term(1 - share);
        }
        return entropies;
    }

    /** Bits whose entropy is below {@value #DEAD_BELOW}. */
    public int deadBits() {
        int dead = 0;
        for (double entropy : bitEntropies()) {
            dead += entropy < DEAD_BELOW ? 1 : 0;
        }
        return dead;
    }

    private static double term(double share) {
        return share <= 0 ? 0 : -share * Math.log(share) / Math.log(2);
    }
}

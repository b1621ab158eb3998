package io.nolook.archive;

/**
 * Probabilities and their log odds, by table: the same integers on every machine.
 *
 * <p>Odds are in 256ths, -2048 to 2047: ln(p / (1 - p)) from -8 to 8. The tables are filled with {@link StrictMath},
 * whose results the Java specification fixes to the bit; nothing else here rounds.
 */
final class Logistic {
    /** Half of all odds. */
    static final int MOST = 2048;

    private static final int LEAST_PROBABILITY = 16;
    private static final int[] PROBABILITIES = new int[2 * MOST];
    private static final int[] ODDS = new int[4096];

    static {
        for (int i = 0; i < PROBABILITIES.length; i++) {
            long p = StrictMath.round(65536 / (1 + StrictMath.exp((MOST - i) / 256.0)));
            PROBABILITIES[i] = (int) Math.max(LEAST_PROBABILITY, Math.min(65536 - LEAST_PROBABILITY, p));
        }
        for (int i = 0; i < ODDS.length; i++) {
            double p = (i + 0.5) / ODDS.length;
            long odds = StrictMath.round(256 * StrictMath.log(p / (1 - p)));
            ODDS[i] = (int) Math.max(1 - MOST, Math.min(MOST - 1, odds));
        }
    }

    private Logistic() {}

    /** In 65536ths, {@value #LEAST_PROBABILITY} away from both ends at least. */
    static int probability(long odds) {
        return PROBABILITIES[(int) Math.max(-MOST, Math.min(MOST - 1, odds)) + MOST];
    }

    /**
     * @param probability in 4096ths, 0 to 4095
     */
    static int odds(int probability) {
        return ODDS[probability];
    }
}

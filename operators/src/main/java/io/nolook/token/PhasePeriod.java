package io.nolook.token;

/** In how many token frames what a token means comes round; checked. */
public final class PhasePeriod {
    /** The longest. */
    public static final int MOST = 64;

    private PhasePeriod() {}

    /**
     * @param period position in the clip is counted modulo this; 1 where tokens mean the same at every position
     * @throws IllegalArgumentException when it is not 1 to {@value #MOST}
     */
    public static int checked(int period) {
        if (period < 1 || period > MOST) {
            throw new IllegalArgumentException("found a phase period of " + period + ", expected 1 to " + MOST);
        }
        return period;
    }
}

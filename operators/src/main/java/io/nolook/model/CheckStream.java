package io.nolook.model;

/** The seeded numbers that check vectors are made of: a 64-bit linear congruential generator. */
public final class CheckStream {
    private long state;

    public CheckStream(long seed) {
        state = seed;
    }

    /** The next number's highest bits, 1 to 31 of them. */
    public int next(int bits) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        return (int) (state >>> (64 - bits));
    }
}

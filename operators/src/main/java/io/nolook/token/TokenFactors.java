package io.nolook.token;

/**
 * A token as several smaller indices, for language models with several heads.
 *
 * @param low bits of the first factor, the least significant ones of the token
 * @param high bits of the second factor
 */
public record TokenFactors(int low, int high) {

    /** Two times nine bits, as MAGVIT-v2 does. */
    public static final TokenFactors NINE_NINE = new TokenFactors(9, 9);

    /** Six and twelve bits, as Open-MAGVIT2 does. */
    public static final TokenFactors SIX_TWELVE = new TokenFactors(6, 12);

    public TokenFactors {
        SignCode.requireBits(low);
        SignCode.requireBits(high);
        SignCode.requireBits(low + high);
    }

    /** The least significant {@code low} bits, in [0, 2^low). */
    public int first(int token) {
        SignCode.requireToken(token, low + high);
        return token & ((1 << low) - 1);
    }

    /** The other bits, in [0, 2^high). */
    public int second(int token) {
        SignCode.requireToken(token, low + high);
        return token >>> low;
    }

    /** The token of two factors: the inverse of {@link #first} and {@link #second}. */
    public int join(int first, int second) {
        SignCode.requireToken(first, low);
        SignCode.requireToken(second, high);
        return second << low | first;
    }
}

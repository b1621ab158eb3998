package io.nolook.token;

/**
 * Lookup-free quantization: an index is the signs of its channels.
 *
 * <p>index = sum over i of 2^(i-1) * [z_i &gt; 0]; channel 1 is the least significant bit. Source: Yu et al., "Language
 * Model Beats Diffusion: Tokenizer Is Key to Visual Generation", ICLR 2024, section 3.1.
 */
public final class SignCode {

    /** Most channels whose indices are non-negative ints. */
    public static final int MAX_BITS = 30;

    private SignCode() {}

    /**
     * @param z one value per channel, 1 to 30 of them; zero counts as negative
     * @return the zero-based index in [0, 2^z.length)
     */
    public static int index(float... z) {
        requireBits(z.length);
        int index = 0;
        for (int channel = 0; channel < z.length; channel++) {
            if (z[channel] > 0) {
                index |= 1 << channel;
            }
        }
        return index;
    }

    /** The signs of an index, -1 or +1 per channel: the inverse of {@link #index}. */
    public static int[] signs(int index, int bits) {
        requireBits(bits);
        requireToken(index, bits);
        int[] signs = new int[bits];
        for (int channel = 0; channel < bits; channel++) {
            signs[channel] = (index >> channel & 1) == 1 ? 1 : -1;
        }
        return signs;
    }

    static void requireBits(int bits) {
        if (bits < 1 || bits > MAX_BITS) {
            throw new IllegalArgumentException("found " + bits + " bits a token, expected 1 to " + MAX_BITS);
        }
    }

    static void requireToken(int token, int bits) {
        if (token < 0 || token >>> bits != 0) {
            throw new IllegalArgumentException("found token " + token + ", expected 0 to " + ((1 << bits) - 1));
        }
    }
}

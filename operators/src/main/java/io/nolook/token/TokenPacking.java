package io.nolook.token;

/** Tokens as bytes: bit b of token t is stream bit {@code bits*t + b}. */
public final class TokenPacking {

    private TokenPacking() {}

    /**
     * @param tokens in raster order, each in [0, 2^bits)
     * @param bits a token, 1 to 30
     * @return {@code ceil(bits * tokens.length / 8)} bytes, least significant bit first in each, zero padded
     */
    public static byte[] pack(int[] tokens, int bits) {
        SignCode.requireBits(bits);
        byte[] packed = new byte[length(tokens.length, bits)];
        long pending = 0;
        int held = 0;
        int at = 0;
        for (int token : tokens) {
            SignCode.requireToken(token, bits);
            pending |= (long) token << held;
            held += bits;
            while (held >= 8) {
                packed[at++] = (byte) pending;
                pending >>>= 8;
                held -= 8;
            }
        }
        if (held > 0) {
            packed[at] = (byte) pending;
        }
        return packed;
    }

    /**
     * The inverse of {@link #pack}.
     *
     * @throws IllegalArgumentException when the length is not that of {@code count} tokens or the padding is not zero
     */
    public static int[] unpack(byte[] packed, int count, int bits) {
        SignCode.requireBits(bits);
        if (count < 0) {
            throw new IllegalArgumentException("found " + count + " tokens, expected at least 0");
        }
        if (packed.length != length(count, bits)) {
            throw new IllegalArgumentException("found " + packed.length + " bytes, expected " + length(count, bits)
                    + " for " + count + " tokens of " + bits + " bits");
        }
        int[] tokens = new int[count];
        long pending = 0;
        int held = 0;
        int at = 0;
        for (int t = 0; t < count; t++) {
            while (held < bits) {
                pending |= (packed[at++] & 0xffL) << held;
                held += 8;
            }
            tokens[t] = (int) (pending & ((1L << bits) - 1));
            pending >>>= bits;
            held -= bits;
        }
        if (pending != 0) {
            throw new IllegalArgumentException("found padding bits that are not zero after the last token");
        }
        return tokens;
    }

    static int length(int count, int bits) {
        return Math.toIntExact(((long) count * bits + 7) / 8);
    }
}

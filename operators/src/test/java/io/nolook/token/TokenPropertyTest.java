package io.nolook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for tokens of any value and width. */
class TokenPropertyTest {

    @Property
    void indexBringsBackWhatSignsCameFrom(@ForAll @IntRange(min = 1, max = 30) int bits, @ForAll int any) {
        int index = any & (1 << bits) - 1;
        int[] signs = SignCode.signs(index, bits);
        float[] z = new float[bits];
        for (int i = 0; i < bits; i++) {
            assertThat(signs[i]).isIn(-1, 1);
            z[i] = signs[i] * (0.25f + i);
        }
        assertThat(SignCode.index(z)).isEqualTo(index);
    }

    @Property
    void factorsOfAnyTokenJoinBack(@ForAll @IntRange(max = 262_143) int token) {
        for (TokenFactors factors : new TokenFactors[] {TokenFactors.NINE_NINE, TokenFactors.SIX_TWELVE}) {
            int first = factors.first(token);
            int second = factors.second(token);
            assertThat(first).isBetween(0, (1 << factors.low()) - 1);
            assertThat(second).isBetween(0, (1 << factors.high()) - 1);
            assertThat(factors.join(first, second)).isEqualTo(token);
        }
    }

    @Property
    void anySplitJoinsBack(
            @ForAll @IntRange(min = 1, max = 29) int low,
            @ForAll @IntRange(min = 1, max = 29) int more,
            @ForAll int any) {
        TokenFactors factors = new TokenFactors(low, Math.min(more, 30 - low));
        int token = any & (1 << low + factors.high()) - 1;

        assertThat(factors.join(factors.first(token), factors.second(token))).isEqualTo(token);
    }

    @Property
    void unpackBringsBackWhatWasPacked(
            @ForAll @IntRange(min = 1, max = 30) int bits, @ForAll @IntRange(max = 300) int count, @ForAll long seed) {
        int[] tokens = tokens(bits, count, seed);

        assertThat(TokenPacking.unpack(TokenPacking.pack(tokens, bits), count, bits))
                .isEqualTo(tokens);
    }

    @Property
    void bitOfATokenIsWhereTheContractSays(
            @ForAll @IntRange(min = 1, max = 30) int bits, @ForAll @IntRange(max = 100) int count, @ForAll long seed) {
        int[] tokens = tokens(bits, count, seed);

        byte[] packed = TokenPacking.pack(tokens, bits);

        assertThat(packed).isEqualTo(bitByBit(tokens, bits));
    }

    @Property
    void everyPaddingBitMustBeZero(
            @ForAll @IntRange(min = 1, max = 30) int bits,
            @ForAll @IntRange(min = 1, max = 20) int count,
            @ForAll long seed) {
        byte[] packed = TokenPacking.pack(tokens(bits, count, seed), bits);
        for (int bit = bits * count; bit < packed.length * 8; bit++) {
            byte[] bad = packed.clone();
            bad[bit / 8] |= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> TokenPacking.unpack(bad, count, bits))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("found padding bits that are not zero after the last token");
        }
    }

    /** Slow and plain: bit b of token t at stream bit bits*t + b, least significant first in each byte. */
    private static byte[] bitByBit(int[] tokens, int bits) {
        byte[] packed = new byte[(int) Math.ceil(bits * tokens.length / 8.0)];
        for (int t = 0; t < tokens.length; t++) {
            for (int b = 0; b < bits; b++) {
                if ((tokens[t] & 1 << b) != 0) {
                    int bit = bits * t + b;
                    packed[bit / 8] = (byte) (packed[bit / 8] + (1 << bit % 8));
                }
            }
        }
        return packed;
    }

    /** Random, with the smallest and the largest among them. */
    private static int[] tokens(int bits, int count, long seed) {
        Random random = new Random(seed);
        int[] tokens = new int[count];
        Arrays.setAll(tokens, t -> switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> (1 << bits) - 1;
            default -> random.nextInt(1 << bits);
        });
        return tokens;
    }
}

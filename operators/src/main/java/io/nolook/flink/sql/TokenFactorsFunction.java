package io.nolook.flink.sql;

import io.nolook.token.TokenPacking;
import java.util.Arrays;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code TOKEN_FACTORS(tokens, height, width, bits, '9+9')}: each token as several numbers, as ARRAY&lt;ARRAY&lt;INT&gt;&gt;.
 *
 * <p>One array for each factor, that of the lowest bits first, each in raster order.
 */
public final class TokenFactorsFunction extends ScalarFunction {
    private static final long serialVersionUID = 1;

    /**
     * Null where one of them is.
     *
     * @param factors bits of each factor, the lowest first, together all bits of a token: {@code 9+9}
     * @throws IllegalArgumentException when they are not
     */
    public int @Nullable [][] eval(
            byte @Nullable [] tokens,
            @Nullable Integer height,
            @Nullable Integer width,
            @Nullable Integer bits,
            @Nullable String factors) {
        if (tokens == null || height == null || width == null || bits == null || factors == null) {
            return null;
        }
        int[] whole = TokenPacking.unpack(tokens, Math.multiplyExact(height, width), bits);
        int[] widths = widths(factors, bits);
        int[][] split = new int[widths.length][];
        int shift = 0;
        for (int factor = 0; factor < widths.length; factor++) {
            int from = shift;
            int mask = (1 << widths[factor]) - 1;
            split[factor] =
                    Arrays.stream(whole).map(token -> token >> from & mask).toArray();
            shift += widths[factor];
        }
        return split;
    }

    private static int[] widths(String factors, int bits) {
        try {
            int[] widths = Arrays.stream(factors.split("\\+"))
                    .mapToInt(each -> Integer.parseInt(each.trim()))
                    .toArray();
            if (Arrays.stream(widths).allMatch(each -> each >= 1 && each <= 30)
                    && Arrays.stream(widths).sum() == bits) {
                return widths;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("TOKEN_FACTORS: found factors '" + factors
                + "', expected bits that are together " + bits + ", such as " + bits / 2 + "+" + (bits - bits / 2));
    }
}

package io.nolook.flink.sql;

import io.nolook.token.TokenPacking;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** {@code TOKENS(tokens, height, width, bits)}: the tokens of a token frame as ARRAY&lt;INT&gt;, in raster order. */
public final class TokensFunction extends ScalarFunction {
    private static final long serialVersionUID = 1;

    /** Null where one of them is. */
    public int @Nullable [] eval(
            byte @Nullable [] tokens, @Nullable Integer height, @Nullable Integer width, @Nullable Integer bits) {
        return tokens == null || height == null || width == null || bits == null
                ? null
                : TokenPacking.unpack(tokens, Math.multiplyExact(height, width), bits);
    }
}

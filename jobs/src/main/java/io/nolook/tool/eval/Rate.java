package io.nolook.tool.eval;

import io.nolook.archive.PayloadCodec;
import io.nolook.archive.TokenGrid;
import java.util.List;

/**
 * What the tokens of a clip cost; bits, or bits per pixel.
 *
 * @param raw every token at its full bits
 * @param coded as the archive's codec context codes them, the clip being one segment; what it does not know at first it pays for
 * @param deflated the packed tokens under Deflate, as a plain baseline
 */
public record Rate(double raw, double coded, double deflated) {
    static final Rate NOTHING = new Rate(0, 0, 0);

    /** Bits of a clip. */
    static Rate of(List<int[]> tokens, TokenGrid grid, int phasePeriod) {
        double raw = (double) tokens.size() * grid.tokens() * grid.bits();
        return new Rate(
                raw,
                Math.min(raw, 8.0 * PayloadCodec.CONTEXT.encode(grid, phasePeriod, tokens).length),
                8.0 * PayloadCodec.DEFLATE.encode(grid, phasePeriod, tokens).length);
    }

    Rate plus(Rate other) {
        return new Rate(raw + other.raw, coded + other.coded, deflated + other.deflated);
    }

    /** Bits to bits per pixel. */
    Rate over(long pixels) {
        return new Rate(raw / pixels, coded / pixels, deflated / pixels);
    }
}

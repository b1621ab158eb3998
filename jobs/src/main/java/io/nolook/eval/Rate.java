package io.nolook.eval;

import io.nolook.quality.AdaptiveCodeLength;
import io.nolook.token.TokenPacking;
import io.nolook.tokenizer.ModelSpec;
import java.util.List;
import java.util.zip.Deflater;

/**
 * What the tokens of a clip cost; bits, or bits per pixel.
 *
 * @param raw every token at its full bits
 * @param coded estimate by adaptive code length, statistics learned anew in each clip
 * @param codedWarm the same, with the statistics of the clips before
 * @param deflated the packed tokens under Deflate, as a plain baseline
 */
public record Rate(double raw, double coded, double codedWarm, double deflated) {

    /** Bits of a clip. */
    static Rate of(List<int[]> tokens, ModelSpec spec, AdaptiveCodeLength cold, AdaptiveCodeLength warm) {
        double coded = 0;
        double codedWarm = 0;
        double raw = 0;
        warm.keyframe();
        for (int[] frame : tokens) {
            raw += (double) frame.length * spec.bits();
            coded += cold.add(frame);
            codedWarm += warm.add(frame);
        }
        return new Rate(raw, coded, codedWarm, deflated(tokens, spec.bits()));
    }

    private static double deflated(List<int[]> tokens, int bits) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        byte[] out = new byte[1 << 16];
        long bytes = 0;
        for (int[] frame : tokens) {
            deflater.setInput(TokenPacking.pack(frame, bits));
            while (!deflater.needsInput()) {
                bytes += deflater.deflate(out);
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            bytes += deflater.deflate(out);
        }
        deflater.end();
        return 8.0 * bytes;
    }

    Rate plus(Rate other) {
        return new Rate(raw + other.raw, coded + other.coded, codedWarm + other.codedWarm, deflated + other.deflated);
    }

    /** Bits to bits per pixel. */
    Rate over(long pixels) {
        return new Rate(raw / pixels, coded / pixels, codedWarm / pixels, deflated / pixels);
    }
}

package io.nolook.archive;

import java.io.ByteArrayOutputStream;

/**
 * Codes bits by their probabilities, near to their ideal length.
 *
 * <p>A carry-less range coder on 32 bits: the interval [low, high] narrows with every bit; bytes that both ends agree on
 * are written. Integers only. Source: Mahoney, "The PAQ1 Data Compression Program", 2002.
 */
final class BinaryEncoder {
    private final ByteArrayOutputStream out;
    private long low;
    private long high = 0xffff_ffffL;

    BinaryEncoder(ByteArrayOutputStream out) {
        this.out = out;
    }

    /**
     * @param one probability of a 1, in 65536ths, 1 to 65535
     */
    void encode(int bit, int one) {
        long middle = low + ((high - low) * one >>> 16);
        if (bit == 1) {
            high = middle;
        } else {
            low = middle + 1;
        }
        while (((low ^ high) & 0xff00_0000L) == 0) {
            out.write((int) (high >>> 24));
            low = low << 8 & 0xffff_ffffL;
            high = high << 8 & 0xffff_ffffL | 0xff;
        }
    }

    /** The last byte: with zeros after it, it lies in the interval. */
    void finish() {
        out.write((int) (high >>> 24));
    }
}

package io.nolook.archive;

/** The inverse of {@link BinaryEncoder}; bytes after the last are taken for zeros, and counted. */
final class BinaryDecoder {
    private static final int AHEAD = 3;

    private final byte[] bytes;
    private int at;
    private long low;
    private long high = 0xffff_ffffL;
    private long code;

    BinaryDecoder(byte[] bytes) {
        this.bytes = bytes;
        for (int i = 0; i <= AHEAD; i++) {
            code = code << 8 | next();
        }
    }

    /**
     * @param one probability of a 1, as it was coded
     */
    int decode(int one) {
        long middle = low + ((high - low) * one >>> 16);
        int bit = code <= middle ? 1 : 0;
        if (bit == 1) {
            high = middle;
        } else {
            low = middle + 1;
        }
        while (((low ^ high) & 0xff00_0000L) == 0) {
            low = low << 8 & 0xffff_ffffL;
            high = high << 8 & 0xffff_ffffL | 0xff;
            code = code << 8 & 0xffff_ffffL | next();
        }
        return bit;
    }

    /** Whether just the bytes that there are have been used. */
    boolean isAtEnd() {
        return at == bytes.length + AHEAD;
    }

    /** Whether more bytes were asked for than any encoder leaves out. */
    boolean isPastEnd() {
        return at > bytes.length + AHEAD;
    }

    private int next() {
        int found = at < bytes.length ? bytes[at] & 0xff : 0;
        at++;
        return found;
    }
}

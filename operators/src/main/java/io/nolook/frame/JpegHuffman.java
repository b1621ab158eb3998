package io.nolook.frame;

import java.util.Arrays;

/**
 * A Huffman table of a JPEG, by which codes are looked up.
 *
 * <p>What a code stands for is one number, 0 for no code: bits of the code and of the value behind it (bits 0 to 7), zeros
 * before the value (8 to 15), bits of the value (16 to 23). Source: ITU-T T.81, annex C and F.2.2.
 */
final class JpegHuffman {
    /** Codes of so many bits are found at once, longer ones by their length. */
    static final int LOOK = 10;

    private static final int LONGEST = 16;
    private static final int MOST_DC_BITS = 15;

    private final int[] look = new int[1 << LOOK];
    private final int[] meanings = new int[256];
    /** By length: the first code that is too large, in 16 bits. */
    private final int[] limits = new int[LONGEST + 1];
    /** By length: what leads from a code to its meaning. */
    private final int[] offsets = new int[LONGEST + 1];

    private final int[] skips = new int[1 << LOOK];
    private final byte[] told = new byte[LONGEST + 256];
    private int toldLength;
    private boolean skipsKnown;
    private boolean usable;

    /** Codes of up to {@link #LOOK} bits, by the next bits; others are 0. */
    int[] look() {
        return look;
    }

    /**
     * What the next bits alone tell of the symbols that they hold whole: their bits (bits 0 to 7), how many coefficients they are
     * (8 to 15), whether the last of them ends the block (16); 0 when they hold none.
     */
    int[] skips() {
        if (!skipsKnown) {
            for (int ahead = 0; ahead < skips.length; ahead++) {
                skips[ahead] = skip(ahead);
            }
            skipsKnown = true;
        }
        return skips;
    }

    private int skip(int ahead) {
        int bits = 0;
        int passed = 0;
        while (bits < LOOK) {
            int meaning = look[ahead << bits & (1 << LOOK) - 1];
            if (meaning == 0 || bits + (meaning & 0xff) > LOOK) {
                break;
            }
            bits += meaning & 0xff;
            int zeros = meaning >> 8 & 0xff;
            if (meaning < 1 << 16 && zeros < 15) {
                return bits | passed << 8 | 1 << 16;
            }
            passed += zeros + 1;
        }
        return bits | passed << 8;
    }

    boolean isUsable() {
        return usable;
    }

    void forget() {
        usable = false;
    }

    /**
     * Takes a table.
     *
     * @param at of the counts of codes, 1 to 16 bits long; their symbols follow in the order of the codes
     * @param end of what may belong to it
     * @param dc whether its symbols are bits of differences alone
     * @return how many symbols it has; negative when it makes no sense
     */
    int set(byte[] bytes, int at, int end, boolean dc) {
        int length = LONGEST;
        for (int i = 0; i < LONGEST; i++) {
            length += bytes[at + i] & 0xff;
        }
        if (length > told.length || at + length > end) {
            return -1;
        }
        // one camera's pictures have the same table, often those of all cameras
        if (!Arrays.equals(told, 0, toldLength, bytes, at, at + length)) {
            toldLength = 0;
            if (!fill(bytes, at, dc)) {
                return -1;
            }
            System.arraycopy(bytes, at, told, 0, length);
            toldLength = length;
        }
        usable = true;
        return length - LONGEST;
    }

    private boolean fill(byte[] bytes, int at, boolean dc) {
        Arrays.fill(look, 0);
        skipsKnown = false;
        int code = 0;
        int next = 0;
        for (int length = 1; length <= LONGEST; length++) {
            int count = bytes[at + length - 1] & 0xff;
            if (count > 0 && code + count >= 1 << length) {
                return false; // no code is all ones
            }
            offsets[length] = next - code;
            for (int i = 0; i < count; i++) {
                int symbol = bytes[at + LONGEST + next] & 0xff;
                if (dc && symbol > MOST_DC_BITS) {
                    return false;
                }
                put(code++, length, symbol, next++);
            }
            limits[length] = code << LONGEST - length;
            code <<= 1;
        }
        return true;
    }

    private void put(int code, int length, int symbol, int number) {
        int size = symbol & 0xf;
        meanings[number] = length + size | symbol >> 4 << 8 | size << 16;
        if (length <= LOOK) {
            int from = code << LOOK - length;
            Arrays.fill(look, from, from + (1 << LOOK - length), meanings[number]);
        }
    }

    /** What the next code stands for, 0 for no code. */
    int meaning(long bits) {
        int meaning = look[(int) (bits >>> 64 - LOOK)];
        return meaning == 0 ? longCode(bits) : meaning;
    }

    /** What the next code of more than {@link #LOOK} bits stands for, 0 for no code. */
    int longCode(long bits) {
        int ahead = (int) (bits >>> 64 - LONGEST);
        for (int length = LOOK + 1; length <= LONGEST; length++) {
            if (ahead < limits[length]) {
                return meanings[(ahead >> LONGEST - length) + offsets[length]];
            }
        }
        return 0;
    }
}

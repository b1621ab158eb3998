package io.nolook.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the blocks of a baseline scan out of its bits.
 *
 * <p>Notices whatever is not clean: a code that is none, coefficients beyond the 64th, bits that are missing, a marker where
 * none belongs. Source: ITU-T T.81, F.2.2. Not thread-safe.
 */
final class JpegBits {
    static final int BLOCK = 64;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /** Row by row, where each coefficient belongs. */
    private static final int[] ROW_BY_ROW = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };

    private byte[] bytes;
    private int at;
    private int end;
    /** The next bits, from the highest on; zeros follow. */
    private long bits;
    /** How many bits there are. */
    private int count;
    /** How many of them were made up, since there are no more. */
    private int missing;

    /** Where the coefficient of a place in zigzag order belongs, row by row. */
    static int place(int zigzag) {
        return ROW_BY_ROW[zigzag];
    }

    void begin(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        restart();
    }

    /** How many bits there may be, before any is read. */
    long most() {
        return 8L * (end - at);
    }

    private void restart() {
        bits = 0;
        count = 0;
        missing = 0;
    }

    /** Whether more bits were taken than there are. */
    boolean isOverdrawn() {
        return missing > count;
    }

    /** Goes on behind a restart marker; false when it does not come next, or is another one. */
    boolean passRestart(int number) {
        boolean whole = count - missing < 8 && !isOverdrawn();
        if (!whole || at + 2 > end || bytes[at] != (byte) 0xff || bytes[at + 1] != (byte) (0xd0 + number)) {
            return false;
        }
        at += 2;
        restart();
        return true;
    }

    /** Whether nothing but bytes without a marker are left. */
    boolean isAtEnd() {
        for (int i = at; i < end; i++) {
            if (bytes[i] == (byte) 0xff && !(i + 1 < end && bytes[i + 1] == 0)) {
                return false;
            }
        }
        return !isOverdrawn();
    }

    /**
     * Reads a block.
     *
     * @param into takes the coefficients that are wanted, scaled, row by row
     * @return place in zigzag order of the last of them that is not 0; negative when the block is not clean
     */
    int block(JpegComponent component, int[] into) {
        if (count < 32) {
            refill(bits, count);
        }
        int meaning = component.dc.meaning(bits);
        if (meaning == 0) {
            return -1;
        }
        component.lastDc = (short) (component.lastDc + value(bits, meaning));
        bits <<= meaning & 0xff;
        count -= meaning & 0xff;
        if (component.wanted() == 0) {
            into[0] = component.lastDc * component.scale[0];
            return skip(component.ac, 1) ? 0 : -1;
        }
        Arrays.fill(into, 0);
        into[0] = component.lastDc * component.scale[0];
        return coefficients(component, into);
    }

    private int coefficients(JpegComponent component, int[] into) {
        JpegHuffman codes = component.ac;
        int[] look = codes.look();
        int[] scale = component.scale;
        int wanted = component.wanted();
        long bits = this.bits;
        int count = this.count;
        int last = 0;
        int k = 1;
        while (k <= wanted) {
            if (count < 32) {
                refill(bits, count);
                bits = this.bits;
                count = this.count;
            }
            int meaning = look[(int) (bits >>> 64 - JpegHuffman.LOOK)];
            if (meaning == 0) {
                meaning = codes.longCode(bits);
            }
            int zeros = meaning >> 8 & 0xff;
            if (meaning >= 1 << 16) {
                k += zeros;
                if (k >= BLOCK) {
                    return -1;
                }
                into[ROW_BY_ROW[k]] = value(bits, meaning) * scale[k];
                last = k;
            } else if (zeros == 15) {
                k += zeros;
            } else if (meaning == 0) {
                return -1;
            } else {
                this.bits = bits << (meaning & 0xff);
                this.count = count - (meaning & 0xff);
                return last;
            }
            bits <<= meaning & 0xff;
            count -= meaning & 0xff;
            k++;
        }
        this.bits = bits;
        this.count = count;
        return skip(codes, k) ? Math.min(last, wanted) : -1;
    }

    /** Passes the rest of a block, from a place in zigzag order on; false when it is not clean. */
    private boolean skip(JpegHuffman codes, int from) {
        int[] skips = codes.skips();
        long bits = this.bits;
        int count = this.count;
        int k = from;
        boolean ended = false;
        while (k < BLOCK && !ended) {
            if (count < 32) {
                refill(bits, count);
                bits = this.bits;
                count = this.count;
            }
            int several = skips[(int) (bits >>> 64 - JpegHuffman.LOOK)];
            int passed = several >> 8 & 0xff;
            if (several != 0 && k + passed < BLOCK) {
                k += passed;
                ended = several >= 1 << 16;
                bits <<= several & 0xff;
                count -= several & 0xff;
            } else {
                int meaning = codes.meaning(bits);
                int zeros = meaning >> 8 & 0xff;
                k += zeros + 1;
                if (meaning == 0 || k > BLOCK && meaning >= 1 << 16) {
                    return false;
                }
                ended = meaning < 1 << 16 && zeros < 15;
                bits <<= meaning & 0xff;
                count -= meaning & 0xff;
            }
        }
        this.bits = bits;
        this.count = count;
        return true;
    }

    /** The value behind a code: its own bits, of which a leading 0 means less than 0. */
    private static int value(long bits, int meaning) {
        int size = meaning >> 16;
        long behind = bits << (meaning & 0xff) - size;
        int magnitude = (int) (behind >>> 1 >>> 63 - size);
        int negative = (int) (~behind >> 63);
        return magnitude + ((-1 << size) + 1 & negative);
    }

    /** Takes bytes up to 32 bits or more; zeros where there are none, or a marker. */
    private void refill(long bits, int count) {
        if (at + 4 <= end) {
            int word = (int) INTS.get(bytes, at);
            if ((~word - 0x01010101 & word & 0x80808080) == 0) {
                this.bits = bits | (word & 0xffffffffL) << 32 - count;
                this.count = count + 32;
                at += 4;
                return;
            }
        }
        refillByByte(bits, count);
    }

    private void refillByByte(long bits, int count) {
        this.bits = bits;
        this.count = count;
        while (this.count <= 56) {
            int next = 0;
            if (at < end && bytes[at] != (byte) 0xff) {
                next = bytes[at++] & 0xff;
            } else if (at + 1 < end && bytes[at + 1] == 0) {
                next = 0xff;
                at += 2;
            } else {
                missing += 8;
            }
            this.bits |= (long) next << 56 - this.count;
            this.count += 8;
        }
    }
}

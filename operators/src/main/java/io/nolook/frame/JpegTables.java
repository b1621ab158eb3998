package io.nolook.frame;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a baseline JPEG: quantization and Huffman.
 *
 * <p>What is not clean is not taken. Source: ITU-T T.81, B.2.4; the usual Huffman tables, which webcams leave out, are those
 * of K.3. Not thread-safe: kept from one picture to the next, each of which forgets them.
 */
final class JpegTables {
    private static final int COUNT = 4;
    private static final int CODE_LENGTHS = 16;
    private static final byte[] USUAL = usual();

    private final int[][] quantization = new int[COUNT][JpegBits.BLOCK];
    private final boolean[] quantizationTold = new boolean[COUNT];
    private final JpegHuffman[] dc = new JpegHuffman[COUNT];
    private final JpegHuffman[] ac = new JpegHuffman[COUNT];

    JpegTables() {
        Arrays.setAll(dc, i -> new JpegHuffman());
        Arrays.setAll(ac, i -> new JpegHuffman());
    }

    /** Begins a picture, with the usual Huffman tables or with none. */
    void begin(boolean usual) {
        Arrays.fill(quantizationTold, false);
        for (int i = 0; i < COUNT; i++) {
            dc[i].forget();
            ac[i].forget();
        }
        if (usual) {
            readHuffman(USUAL, 0, USUAL.length);
        }
    }

    /** Coefficients' units by place in zigzag order; null when none was told. */
    int @Nullable [] quantization(int number) {
        return number < COUNT && quantizationTold[number] ? quantization[number] : null;
    }

    /** A table that can be used, of first coefficients; null when there is none. */
    @Nullable
    JpegHuffman dc(int number) {
        return number < COUNT && dc[number].isUsable() ? dc[number] : null;
    }

    /** A table that can be used, of the other coefficients; null when there is none. */
    @Nullable
    JpegHuffman ac(int number) {
        return number < COUNT && ac[number].isUsable() ? ac[number] : null;
    }

    /** Reads what a DQT segment holds; false when it makes no sense. */
    boolean readQuantization(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            int wide = bytes[at] >> 4 & 0xf;
            int number = bytes[at++] & 0xf;
            if (wide > 1 || number >= COUNT || at + (1 + wide) * JpegBits.BLOCK > end) {
                return false;
            }
            for (int k = 0; k < JpegBits.BLOCK; k++) {
                int value = bytes[at++] & 0xff;
                quantization[number][k] = wide == 0 ? value : value << 8 | bytes[at++] & 0xff;
            }
            quantizationTold[number] = true;
        }
        return true;
    }

    /** Reads what a DHT segment holds; false when it makes no sense. */
    boolean readHuffman(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            int kind = bytes[at] >> 4 & 0xf;
            int number = bytes[at++] & 0xf;
            if (kind > 1 || number >= COUNT || at + CODE_LENGTHS > end) {
                return false;
            }
            int symbols = (kind == 0 ? dc : ac)[number].set(bytes, at, end, kind == 0);
            if (symbols < 0) {
                return false;
            }
            at += CODE_LENGTHS + symbols;
        }
        return true;
    }

    private static byte[] usual() {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        write(0x00, JPEGHuffmanTable.StdDCLuminance, to);
        write(0x10, JPEGHuffmanTable.StdACLuminance, to);
        write(0x01, JPEGHuffmanTable.StdDCChrominance, to);
        write(0x11, JPEGHuffmanTable.StdACChrominance, to);
        return to.toByteArray();
    }

    private static void write(int head, JPEGHuffmanTable table, ByteArrayOutputStream to) {
        to.write(head);
        byte[] lengths = new byte[CODE_LENGTHS];
        short[] told = table.getLengths();
        for (int i = 0; i < told.length; i++) {
            lengths[i] = (byte) told[i];
        }
        to.writeBytes(lengths);
        for (short symbol : table.getValues()) {
            to.write(symbol);
        }
    }
}

package io.nolook.frame;

import io.nolook.failure.IntakeException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Reads a PNG's chunks without inflating anything.
 *
 * <p>Text, profiles and every other chunk that pixels do not need are stepped over unread. Checksums of the chunks
 * that are used are verified.
 */
final class PngScanner {
    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504c5445;
    private static final int TRNS = 0x74524e53;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;
    private static final int EXIF = 0x65584966;
    private static final int ANCILLARY = 0x20000000;
    private static final int SIGNATURE = 8;
    private static final int AROUND = 12;
    private static final byte[] NONE = new byte[0];

    private final ByteBuffer bytes;
    private final PictureGate gate;
    private final CRC32 crc = new CRC32();

    private int width;
    private int height;
    private int depth;
    private int colourType;
    private boolean interlaced;
    private byte[] palette = NONE;
    private byte[] transparency = NONE;
    private byte[] compressed = NONE;
    private int compressedLength;
    private int orientation = Orientation.UPRIGHT;

    private PngScanner(byte[] bytes, PictureGate gate) {
        this.bytes = ByteBuffer.wrap(bytes);
        this.gate = gate;
    }

    /**
     * @param bytes starts with the PNG signature
     * @throws IntakeException when the gate refuses the size, or the chunks make no sense
     */
    static Layout scan(byte[] bytes, PictureGate gate) throws IntakeException {
        return new PngScanner(bytes, gate).scan();
    }

    private Layout scan() throws IntakeException {
        int at = SIGNATURE;
        int type;
        do {
            if (at + AROUND > bytes.limit()) {
                throw gate.truncated("of " + bytes.limit() + " bytes without an IEND chunk", "one");
            }
            int length = bytes.getInt(at);
            type = bytes.getInt(at + 4);
            if (at == SIGNATURE && (type != IHDR || length != 13)) {
                throw gate.unreadable("first chunk " + name(type) + " of " + length + " bytes", "IHDR of 13");
            }
            if (length < 0) {
                throw gate.unreadable("chunk " + name(type) + " of length " + length, "a length from 0");
            }
            if (length > bytes.limit() - at - AROUND) {
                throw gate.truncated("that ends inside chunk " + name(type), "an IEND chunk");
            }
            read(type, at, length);
            at += AROUND + length;
        } while (type != IEND);
        if (compressedLength == 0) {
            throw gate.truncated("without IDAT chunks", "pixels");
        }
        if (colourType == 3 && palette.length == 0) {
            throw gate.unreadable("no PLTE chunk", "one for palette colours");
        }
        return new Layout(
                width,
                height,
                depth,
                colourType,
                interlaced,
                palette,
                transparency,
                compressed,
                compressedLength,
                orientation);
    }

    private void read(int type, int at, int length) throws IntakeException {
        if (type == EXIF) {
            orientation = ExifReader.orientation(bytes.array(), at + 8, at + 8 + length);
            return;
        }
        if ((type & ANCILLARY) != 0 && type != TRNS) {
            return;
        }
        verify(type, at, length);
        switch (type) {
            case IHDR -> readHeader(at);
            case PLTE -> palette = Arrays.copyOfRange(bytes.array(), at + 8, at + 8 + Math.min(length, 3 * 256));
            case TRNS -> transparency = Arrays.copyOfRange(bytes.array(), at + 8, at + 8 + Math.min(length, 256));
            case IDAT -> {
                if (compressedLength == 0) {
                    compressed = new byte[bytes.limit() - at - 8];
                }
                System.arraycopy(bytes.array(), at + 8, compressed, compressedLength, length);
                compressedLength += length;
            }
            case IEND -> {}
            default -> throw gate.unreadable("critical chunk " + name(type), "IHDR, PLTE, IDAT or IEND");
        }
    }

    private void verify(int type, int at, int length) throws IntakeException {
        crc.reset();
        crc.update(bytes.array(), at + 4, 4 + length);
        if ((int) crc.getValue() != bytes.getInt(at + 8 + length)) {
            throw gate.unreadable("chunk " + name(type) + " with a wrong checksum", "intact bytes");
        }
    }

    private void readHeader(int at) throws IntakeException {
        if (at != SIGNATURE) {
            throw gate.unreadable("two IHDR chunks", "one");
        }
        width = bytes.getInt(at + 8);
        height = bytes.getInt(at + 12);
        gate.admitSize(width, height);
        depth = bytes.get(at + 16);
        colourType = bytes.get(at + 17);
        boolean known = switch (colourType) {
            case 0 -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
            case 3 -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
            case 2, 4, 6 -> depth == 8 || depth == 16;
            default -> false;
        };
        int interlacing = bytes.get(at + 20);
        if (!known || bytes.get(at + 18) != 0 || bytes.get(at + 19) != 0 || interlacing < 0 || interlacing > 1) {
            throw gate.unreadable(
                    "colour type " + colourType + ", depth " + depth + ", compression " + bytes.get(at + 18)
                            + ", filter " + bytes.get(at + 19) + ", interlacing " + interlacing,
                    "a combination that PNG defines");
        }
        interlaced = interlacing == 1;
    }

    private static String name(int type) {
        StringBuilder name = new StringBuilder();
        for (int shift = 24; shift >= 0; shift -= 8) {
            int c = type >> shift & 0xff;
            name.append(c >= 'A' && c <= 'z' ? (char) c : '?');
        }
        return name.toString();
    }

    /**
     * What a PNG's chunks say.
     *
     * @param colourType 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha
     * @param palette three bytes a colour
     * @param transparency alpha by palette index, or the one transparent colour with two bytes a channel
     * @param compressed a zlib stream in its first {@code compressedLength} bytes
     * @param orientation EXIF orientation 1 to 8
     */
    record Layout(
            int width,
            int height,
            int depth,
            int colourType,
            boolean interlaced,
            byte[] palette,
            byte[] transparency,
            byte[] compressed,
            int compressedLength,
            int orientation) {

        int channels() {
            return colourChannels() + (hasAlpha() ? 1 : 0);
        }

        int colourChannels() {
            return (colourType & 2) != 0 && !hasPalette() ? 3 : 1;
        }

        boolean hasPalette() {
            return colourType == 3;
        }

        boolean hasAlpha() {
            return (colourType & 4) != 0;
        }

        int bitsPerPixel() {
            return channels() * depth;
        }

        /** Whether a row holds picture bytes as they are. */
        boolean isPlainRgb() {
            return colourType == 2 && depth == 8 && transparency.length == 0;
        }

        /** Whether an undecoded colour is the one that the file declares transparent. */
        boolean isTransparent(int red, int green, int blue) {
            if (hasAlpha() || transparency.length < 2 * colourChannels()) {
                return false;
            }
            return red == key(0) && (colourChannels() == 1 || green == key(1) && blue == key(2));
        }

        private int key(int channel) {
            return (transparency[2 * channel] & 0xff) << 8 | transparency[2 * channel + 1] & 0xff;
        }
    }
}

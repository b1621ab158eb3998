package io.nolook.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Turns pictures the way EXIF orientation 1 to 8 asks for. */
public final class Orientation {
    /** Nothing to turn. */
    public static final int UPRIGHT = 1;

    private static final int RIFF_HEAD = 12;
    private static final int CHUNK_HEAD = 8;

    private Orientation() {}

    /** What the EXIF of a whole TIFF or WebP file asks for, 1 to 8; upright for other files. */
    public static int of(byte[] file) {
        if (file.length <= RIFF_HEAD || !text(file, 0).equals("RIFF")) {
            return ExifReader.orientation(file, 0, file.length);
        }
        long at = RIFF_HEAD;
        while (at + CHUNK_HEAD <= file.length) {
            int begin = (int) at + CHUNK_HEAD;
            long size = Integer.toUnsignedLong(
                    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(begin - 4));
            if (text(file, (int) at).equals("EXIF")) {
                return ExifReader.orientation(file, begin, (int) Math.min(file.length, begin + size));
            }
            at = begin + size + (size & 1);
        }
        return UPRIGHT;
    }

    private static String text(byte[] file, int at) {
        return new String(file, at, 4, StandardCharsets.ISO_8859_1);
    }

    /**
     * @param orientation 1 as is, 2 mirrored, 3 half a turn, 4 upside down mirrored, 5 transposed, 6 a quarter turn
     *     clockwise, 7 transposed over the other diagonal, 8 a quarter turn anticlockwise; 5 to 8 swap the size
     * @return {@code picture} itself when there is nothing to turn
     */
    public static Picture turn(Picture picture, int orientation) {
        if (orientation < 1 || orientation > 8) {
            throw new IllegalArgumentException("found orientation " + orientation + ", expected 1 to 8");
        }
        if (orientation == UPRIGHT) {
            return picture;
        }
        int w = picture.width();
        int h = picture.height();
        boolean swaps = orientation >= 5;
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        int first = (fromBottom ? h - 1 : 0) * w + (fromRight ? w - 1 : 0);
        int alongRow = fromRight ? -1 : 1;
        int alongColumn = fromBottom ? -w : w;
        int width = swaps ? h : w;
        int height = swaps ? w : h;
        int stepX = swaps ? alongColumn : alongRow;
        int stepY = swaps ? alongRow : alongColumn;
        byte[] from = picture.rgb();
        byte[] to = new byte[from.length];
        int out = 0;
        for (int y = 0; y < height; y++) {
            int in = 3 * (first + y * stepY);
            for (int x = 0; x < width; x++, in += 3 * stepX) {
                to[out++] = from[in];
                to[out++] = from[in + 1];
                to[out++] = from[in + 2];
            }
        }
        return new Picture(width, height, to);
    }
}

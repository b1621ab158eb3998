package io.nolook.frame;

import java.util.Locale;

/**
 * Width and height in pixels.
 *
 * @param width columns
 * @param height rows
 */
public record FrameSize(int width, int height) {

    /** Reads {@code 128x96}: width, then height, each 1 to 8192. */
    public static FrameSize parse(String text) {
        String[] parts = text.trim().toLowerCase(Locale.ROOT).split("x", -1);
        if (parts.length == 2 && parts[0].matches("\\d{1,4}") && parts[1].matches("\\d{1,4}")) {
            FrameSize size = new FrameSize(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            if (size.width >= 1 && size.height >= 1 && size.width <= 8192 && size.height <= 8192) {
                return size;
            }
        }
        throw new IllegalArgumentException("found '" + text + "', expected WIDTHxHEIGHT, such as 128x128");
    }

    /** Bytes of one RGB picture of this size. */
    public int rgbBytes() {
        return Math.toIntExact(3L * width * height);
    }

    /** Pixels of the shorter side. */
    public int shorterSide() {
        return Math.min(width, height);
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}

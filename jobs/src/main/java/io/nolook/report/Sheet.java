package io.nolook.report;

import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A picture to draw on: boxes, words and other pictures; what sticks out is cut off. */
final class Sheet {
    /** Gray of the ground. */
    static final int PAPER = 24;
    /** Gray of words. */
    static final int INK = 230;
    /** Pixels from the edge. */
    static final int MARGIN = 12;
    /** Dots of words are squares of so many pixels. */
    static final int SCALE = 2;
    /** Pixels from a line of words to the next. */
    static final int LINE = PixelFont.HEIGHT * SCALE + 6;

    private final int width;
    private final int height;
    private final byte[] rgb;

    Sheet(int width, int height) {
        this.width = width;
        this.height = height;
        rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) PAPER);
    }

    /** Pixels that a line of words takes. */
    static int width(String text) {
        return PixelFont.width(text, SCALE);
    }

    void text(String text, int left, int top) {
        PixelFont.draw(rgb, width, text, left, top, SCALE, INK);
    }

    /**
     * @param colour 0xRRGGBB
     */
    void box(int left, int top, int boxWidth, int boxHeight, int colour) {
        for (int y = Math.max(0, top); y < Math.min(height, top + boxHeight); y++) {
            for (int x = Math.max(0, left); x < Math.min(width, left + boxWidth); x++) {
                int at = 3 * (y * width + x);
                rgb[at] = (byte) (colour >> 16);
                rgb[at + 1] = (byte) (colour >> 8);
                rgb[at + 2] = (byte) colour;
            }
        }
    }

    void put(Picture picture, int left, int top) {
        int columns = Math.min(picture.width(), width - left);
        for (int y = 0; y < Math.min(picture.height(), height - top); y++) {
            System.arraycopy(picture.rgb(), 3 * y * picture.width(), rgb, 3 * ((top + y) * width + left), 3 * columns);
        }
    }

    /** A colour from the paper's (0) over blue to white (1). */
    static int heat(double share) {
        double s = Math.max(0, Math.min(1, share));
        int red = (int) Math.round(PAPER + (255 - PAPER) * s * s);
        int green = (int) Math.round(PAPER + (235 - PAPER) * Math.pow(s, 1.4));
        int blue = (int) Math.round(PAPER + (210 - PAPER) * Math.sqrt(s));
        return red << 16 | green << 8 | blue;
    }

    Picture picture() {
        return new Picture(width, height, rgb);
    }

    /** Writes a picture as a PNG, over an older one. */
    static void write(Picture picture, Path path) throws IOException {
        Files.write(path, new PictureEncoder().png(picture));
    }
}

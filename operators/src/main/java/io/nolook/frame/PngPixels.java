package io.nolook.frame;

import io.nolook.frame.PngScanner.Layout;

/** Turns a PNG's unfiltered rows into RGB. */
final class PngPixels {
    private final Layout layout;
    private final byte[] rgb;
    private final int[] sample = new int[4];

    /** @param rgb where pixels go, [H,W,3] */
    PngPixels(Layout layout, byte[] rgb) {
        this.layout = layout;
        this.rgb = rgb;
    }

    /**
     * @param row samples from byte 1 on
     * @param columns pixels in it
     * @param first where its first pixel goes, counted in pixels
     * @param step pixels from one to the next
     */
    void put(byte[] row, int columns, int first, int step) {
        if (layout.isPlainRgb() && step == 1) {
            System.arraycopy(row, 1, rgb, 3 * first, 3 * columns);
            return;
        }
        int channels = layout.channels();
        for (int x = 0; x < columns; x++) {
            for (int c = 0; c < channels; c++) {
                sample[c] = sampleAt(row, x * channels + c);
            }
            putPixel(3 * (first + x * step));
        }
    }

    private int sampleAt(byte[] row, int index) {
        int depth = layout.depth();
        if (depth == 8) {
            return row[1 + index] & 0xff;
        }
        if (depth == 16) {
            return (row[1 + 2 * index] & 0xff) << 8 | row[2 + 2 * index] & 0xff;
        }
        int bit = index * depth;
        return (row[1 + (bit >> 3)] & 0xff) >> 8 - depth - (bit & 7) & (1 << depth) - 1;
    }

    private void putPixel(int out) {
        int red = sample[0];
        if (layout.hasPalette()) {
            byte[] palette = layout.palette();
            // an index beyond the palette is black, as in libpng
            boolean known = 3 * red + 2 < palette.length;
            int alpha = red < layout.transparency().length ? layout.transparency()[red] & 0xff : 255;
            for (int c = 0; c < 3; c++) {
                rgb[out + c] = known ? overBlack(palette[3 * red + c] & 0xff, alpha) : 0;
            }
            return;
        }
        boolean colour = layout.colourChannels() == 3;
        int green = colour ? sample[1] : red;
        int blue = colour ? sample[2] : red;
        int alpha = layout.hasAlpha() ? toByte(sample[layout.channels() - 1]) : 255;
        if (layout.isTransparent(red, green, blue)) {
            alpha = 0;
        }
        rgb[out] = overBlack(toByte(red), alpha);
        rgb[out + 1] = overBlack(toByte(green), alpha);
        rgb[out + 2] = overBlack(toByte(blue), alpha);
    }

    private int toByte(int value) {
        return switch (layout.depth()) {
            case 16 -> (value * 255 + 32895) >>> 16;
            case 8 -> value;
            default -> value * 255 / ((1 << layout.depth()) - 1);
        };
    }

    private static byte overBlack(int value, int alpha) {
        return (byte) ((value * alpha + 127) / 255);
    }
}

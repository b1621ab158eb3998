package io.nolook.frame;

import io.nolook.failure.IntakeException;
import io.nolook.frame.PngScanner.Layout;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes PNG of every colour type, depth and interlacing into RGB.
 *
 * <p>Colours are taken as coded (no gamma, no profile); 16 bits are rounded to 8; alpha is laid over black. Inflates
 * one row at a time, never more than the header promises. Not thread-safe; its inflater goes with the instance.
 */
final class PngDecoder {
    /** No deflated byte stands for more, so a huge picture in few bytes is refused before memory is taken for it. */
    private static final long MOST_INFLATION = 1032;

    private static final int[] PASS_X = {0, 4, 0, 2, 0, 1, 0};
    private static final int[] PASS_Y = {0, 0, 4, 0, 2, 0, 1};
    private static final int[] PASS_STEP_X = {8, 8, 4, 4, 2, 2, 1};
    private static final int[] PASS_STEP_Y = {8, 8, 8, 4, 4, 2, 2};

    private final Inflater inflater = new Inflater();

    /** @throws IntakeException when the pixels cannot be read in full */
    Picture decode(byte[] bytes, PictureGate gate) throws IntakeException {
        Layout layout = PngScanner.scan(bytes, gate);
        long filtered = layout.height() * (1 + ((long) layout.width() * layout.bitsPerPixel() + 7) / 8);
        if (!layout.interlaced() && filtered > MOST_INFLATION * layout.compressedLength()) {
            throw gate.truncated(
                    "with " + layout.compressedLength() + " deflated bytes for " + filtered, "enough for all rows");
        }
        byte[] rgb = new byte[3 * layout.width() * layout.height()];
        PngPixels pixels = new PngPixels(layout, rgb);
        inflater.reset();
        inflater.setInput(layout.compressed(), 0, layout.compressedLength());
        try {
            if (layout.interlaced()) {
                for (int pass = 0; pass < 7; pass++) {
                    decodePass(layout, pixels, gate, pass);
                }
            } else {
                decodeRows(layout, pixels, gate, new Grid(0, 0, 1, 1));
            }
        } catch (DataFormatException e) {
            throw gate.unreadable("deflated data with " + e.getMessage(), "a zlib stream");
        }
        return Orientation.turn(new Picture(layout.width(), layout.height(), rgb), layout.orientation());
    }

    private void decodePass(Layout layout, PngPixels pixels, PictureGate gate, int pass)
            throws IntakeException, DataFormatException {
        Grid grid = new Grid(PASS_X[pass], PASS_Y[pass], PASS_STEP_X[pass], PASS_STEP_Y[pass]);
        if (grid.columns(layout.width()) > 0) {
            decodeRows(layout, pixels, gate, grid);
        }
    }

    private void decodeRows(Layout layout, PngPixels pixels, PictureGate gate, Grid grid)
            throws IntakeException, DataFormatException {
        int columns = grid.columns(layout.width());
        int rowBytes = Math.toIntExact(((long) columns * layout.bitsPerPixel() + 7) / 8);
        int pixelBytes = Math.max(1, layout.bitsPerPixel() / 8);
        byte[] row = new byte[rowBytes + 1];
        byte[] above = new byte[rowBytes + 1];
        for (int y = grid.y; y < layout.height(); y += grid.stepY) {
            inflate(row, gate);
            unfilter(row, above, pixelBytes, gate);
            pixels.put(row, columns, y * layout.width() + grid.x, grid.stepX);
            byte[] swap = row;
            row = above;
            above = swap;
        }
    }

    private void inflate(byte[] row, PictureGate gate) throws IntakeException, DataFormatException {
        int got = 0;
        while (got < row.length) {
            int count = inflater.inflate(row, got, row.length - got);
            if (count == 0 && (inflater.finished() || inflater.needsInput() || inflater.needsDictionary())) {
                throw gate.truncated("whose deflated pixels end early", "all rows");
            }
            got += count;
        }
    }

    /** Byte 0 of a row names its filter; each predicts from the byte to the left, above, or both. */
    private static void unfilter(byte[] row, byte[] above, int step, PictureGate gate) throws IntakeException {
        switch (row[0]) {
            case 0 -> {}
            case 1 -> {
                for (int i = 1 + step; i < row.length; i++) {
                    row[i] += row[i - step];
                }
            }
            case 2 -> {
                for (int i = 1; i < row.length; i++) {
                    row[i] += above[i];
                }
            }
            case 3 -> {
                for (int i = 1; i < row.length; i++) {
                    int left = i > step ? row[i - step] & 0xff : 0;
                    row[i] += (byte) (left + (above[i] & 0xff) >> 1);
                }
            }
            case 4 -> {
                for (int i = 1; i < row.length; i++) {
                    boolean first = i <= step;
                    int left = first ? 0 : row[i - step] & 0xff;
                    row[i] += (byte) paeth(left, above[i] & 0xff, first ? 0 : above[i - step] & 0xff);
                }
            }
            default -> throw gate.unreadable("row filter " + row[0], "0 to 4");
        }
    }

    private static int paeth(int left, int up, int upLeft) {
        int byLeft = Math.abs(up - upLeft);
        int byUp = Math.abs(left - upLeft);
        int byUpLeft = Math.abs(left + up - 2 * upLeft);
        if (byLeft <= byUp && byLeft <= byUpLeft) {
            return left;
        }
        return byUp <= byUpLeft ? up : upLeft;
    }

    /** The pixels of one interlacing pass. */
    private record Grid(int x, int y, int stepX, int stepY) {
        int columns(int width) {
            return (width - x + stepX - 1) / stepX;
        }
    }
}

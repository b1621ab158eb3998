package io.nolook.frame;

import java.util.Arrays;
import java.util.Optional;

/**
 * Decodes a JPEG that is larger than the model's picture, and of it only what that picture needs.
 *
 * <p>Of every block as few averages of its pixels are made as the model can tell apart, without the pixels themselves. That is
 * for what cameras send: baseline JPEGs of one scan, gray or YCbCr, upright, and with not one bit out of place. Of all others
 * nothing is made: the JDK decodes them whole, and its words say what is wrong. So nothing that the JDK refuses gets through.
 * Whatever the bytes are, no work is done beyond one pass over them and over the averages. Not thread-safe: keeps tables and, of
 * small pictures, samples.
 */
final class JpegReducer {
    /** Names what makes pixels here, for a runtime's fingerprint. */
    static final String ID = "reduced1";

    /** Colour may be so much coarser than brightness: eyes see it less sharply, and cameras send half of it. */
    private static final double COARSER_COLOUR = 1.5;

    /** Of less shrinkage the JDK is as fast, and sharper. */
    private static final double LEAST_SHRINKAGE = 4;

    private static final int DHT = 0xc4;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int DRI = 0xdd;
    private static final int MOST_BLOCKS = 10;
    /** The shortest code of a first coefficient, and that of a block's end. */
    private static final int LEAST_BITS = 2;

    private final JpegComponent[] components = {new JpegComponent(), new JpegComponent(), new JpegComponent()};
    private final JpegTables tables = new JpegTables();
    private final JpegBits bits = new JpegBits();
    private final JpegTransform transform = new JpegTransform();
    private final JpegColours colours = new JpegColours();
    private final int[] block = new int[JpegBits.BLOCK];

    private int count;
    private int columns;
    private int rows;
    private int restartInterval;

    /**
     * Decodes a picture whose markers make sense.
     *
     * @return of the fitter's size; nothing when the JPEG is of another kind, not clean, or not much larger than that
     */
    Optional<Picture> decode(JpegLayout layout, FrameFitter fitter) {
        FrameSize size = new FrameSize(layout.width(), layout.height());
        double most = fitter.shrinkage(size);
        if (!layout.isSimple() || most < LEAST_SHRINKAGE) {
            return Optional.empty();
        }
        try {
            return readHeaders(layout) && prepare(size, most) && readBlocks()
                    ? Optional.of(colours.picture(components, count, size, fitter))
                    : Optional.empty();
        } finally {
            for (JpegComponent each : components) {
                each.end();
            }
        }
    }

    /** Bytes of samples that are kept for the next picture. */
    long heldSamples() {
        return Arrays.stream(components)
                .mapToLong(each -> each.samples().length)
                .sum();
    }

    private boolean readHeaders(JpegLayout layout) {
        byte[] bytes = layout.bytes();
        restartInterval = 0;
        tables.begin(!layout.huffmanTables());
        boolean clean = true;
        for (int i = 0; i < layout.segments() && clean; i++) {
            int at = layout.from(i);
            int end = layout.end(i);
            while (bytes[at] == (byte) 0xff) {
                at++;
            }
            int body = at + 3;
            clean = switch (bytes[at] & 0xff) {
                case DQT -> tables.readQuantization(bytes, body, end);
                case DHT -> tables.readHuffman(bytes, body, end);
                case DRI -> readRestartInterval(bytes, body, end);
                case SOS -> i == layout.segments() - 1 && readScan(bytes, at + 1, end);
                default -> readFrame(bytes, body);
            };
        }
        return clean;
    }

    private boolean readRestartInterval(byte[] bytes, int at, int end) {
        restartInterval = end - at == 2 ? unsignedShort(bytes, at) : -1;
        return restartInterval >= 0;
    }

    /** The scanner has seen to the header's length. */
    private boolean readFrame(byte[] bytes, int at) {
        count = bytes[at + 5] & 0xff;
        for (int i = 0; i < count; i++) {
            components[i].describe(bytes, at + 6 + 3 * i);
        }
        if (count == 1) {
            components[0].standAlone();
        }
        return true;
    }

    /**
     * Reads a scan's header, and gets ready for what is behind it.
     *
     * @param at of the header's length
     */
    private boolean readScan(byte[] bytes, int at, int end) {
        int from = at + unsignedShort(bytes, at);
        if (from - at != 6 + 2 * count || bytes[at + 2] != count) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            JpegComponent component = components[i];
            int choice = bytes[at + 4 + 2 * i] & 0xff;
            component.dc = tables.dc(choice >> 4);
            component.ac = tables.ac(choice & 0xf);
            if ((bytes[at + 3 + 2 * i] & 0xff) != component.id()
                    || component.dc == null
                    || component.ac == null
                    || tables.quantization(component.table()) == null) {
                return false;
            }
        }
        bits.begin(bytes, from, end);
        return bytes[from - 3] == 0 && bytes[from - 2] == JpegBits.BLOCK - 1 && bytes[from - 1] == 0;
    }

    /**
     * Finds what the blocks become, and makes room for it.
     *
     * @param most pixels that one sample of the first component may stand for, across and down
     */
    private boolean prepare(FrameSize size, double most) {
        int across = components[0].across();
        int down = components[0].down();
        int blocks = 0;
        for (int i = 0; i < count; i++) {
            JpegComponent each = components[i];
            if (!isPart(each.across(), across) || !isPart(each.down(), down)) {
                return false;
            }
            blocks += each.across() * each.down();
            each.resolve(8 * across / each.across(), 8 * down / each.down(), i == 0 ? most : COARSER_COLOUR * most);
        }
        columns = (size.width() + 8 * across - 1) / (8 * across);
        rows = (size.height() + 8 * down - 1) / (8 * down);
        boolean fine = components[0].stepAcross() <= most && components[0].stepDown() <= most;
        if (!fine || blocks > MOST_BLOCKS || (long) columns * rows * blocks * LEAST_BITS > bits.most()) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            components[i].begin(tables.quantization(components[i].table()), columns, rows);
        }
        return true;
    }

    /** Whether a component has as many blocks as the first one, or a half or a quarter of them. */
    private static boolean isPart(int blocks, int most) {
        return blocks > 0 && most <= 4 && (blocks == most || 2 * blocks == most || 4 * blocks == most);
    }

    private boolean readBlocks() {
        int left = restartInterval;
        int restarts = 0;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                if (restartInterval > 0 && left-- == 0) {
                    if (!bits.passRestart(restarts++ & 7)) {
                        return false;
                    }
                    left = restartInterval - 1;
                    for (int i = 0; i < count; i++) {
                        components[i].lastDc = 0;
                    }
                }
                for (int i = 0; i < count; i++) {
                    if (!readBlocks(components[i], row, column)) {
                        return false;
                    }
                }
            }
            if (bits.isOverdrawn()) {
                return false;
            }
        }
        return bits.isAtEnd();
    }

    /** Reads a component's blocks of an MCU. */
    private boolean readBlocks(JpegComponent component, int row, int column) {
        int width = component.blockWidth();
        int height = component.blockHeight();
        int stride = component.stride();
        byte[] samples = component.samples();
        for (int y = 0; y < component.down(); y++) {
            int at = (row * component.down() + y) * height * stride + column * component.across() * width;
            for (int x = 0; x < component.across(); x++, at += width) {
                int last = bits.block(component, block);
                if (last < 0) {
                    return false;
                }
                transform.samples(block, last, width, height, samples, at, stride);
            }
        }
        return true;
    }

    private static int unsignedShort(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}

package io.nolook.frame;

import java.util.Arrays;

/**
 * What a JPEG's markers say, and the parts a decoder needs.
 *
 * @param width pixels as coded
 * @param height pixels as coded
 * @param colours how the components are to be read
 * @param orientation EXIF orientation 1 to 8
 * @param isSimple whether it is an upright baseline JPEG of one scan, gray or YCbCr
 * @param huffmanTables whether it has its own; frames of webcams may count on the usual ones
 * @param bytes the JPEG is somewhere among them; not to be changed
 * @param kept of each segment that a decoder needs, in order, the first byte and one past the last; no application segments
 *     and comments, and no end marker
 */
record JpegLayout(
        int width,
        int height,
        Colours colours,
        int orientation,
        boolean isSimple,
        boolean huffmanTables,
        byte[] bytes,
        int[] kept) {

    private static final byte[] JFIF = {
        (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 2, 0, 0, 1, 0, 1, 0, 0
    };
    private static final byte[] ADOBE = {
        (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };

    /** How many segments a decoder needs. */
    int segments() {
        return kept.length / 2;
    }

    /** First byte of a segment: FF, maybe repeated, before its marker. */
    int from(int segment) {
        return kept[2 * segment];
    }

    /** One past a segment's last byte; a scan's pixels belong to it. */
    int end(int segment) {
        return kept[2 * segment + 1];
    }

    /** A JPEG of what a decoder needs, which says how its colours are to be read by a marker of our own. */
    byte[] essential() {
        byte[] told = colours.isJfif() ? JFIF : ADOBE;
        int length = told.length + 2;
        for (int i = 0; i < segments(); i++) {
            length += end(i) - from(i);
        }
        byte[] essential = Arrays.copyOf(told, length);
        if (!colours.isJfif()) {
            essential[told.length - 1] = (byte) colours.adobeTransform();
        }
        int at = told.length;
        for (int i = 0; i < segments(); i++) {
            System.arraycopy(bytes, from(i), essential, at, end(i) - from(i));
            at += end(i) - from(i);
        }
        essential[at] = (byte) 0xff;
        essential[at + 1] = (byte) 0xd9;
        return essential;
    }

    /** What the components of a JPEG stand for. */
    enum Colours {
        GRAY(1, -1),
        YCBCR(3, -1),
        RGB(3, 0),
        /** 0 is no ink. */
        CMYK(4, 0),
        /** 255 is no ink: what an Adobe marker means. */
        CMYK_INVERTED(4, 0),
        /** YCbCr of inverted CMY, and inverted K. */
        YCCK_INVERTED(4, 2);

        private final int components;
        private final int adobeTransform;

        Colours(int components, int adobeTransform) {
            this.components = components;
            this.adobeTransform = adobeTransform;
        }

        int components() {
            return components;
        }

        /** Whether a decoder is told by a JFIF marker; otherwise by an Adobe one. */
        boolean isJfif() {
            return adobeTransform < 0;
        }

        int adobeTransform() {
            return adobeTransform;
        }
    }
}

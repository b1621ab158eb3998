package io.nolook.frame;

/**
 * What a JPEG's markers say, and the parts a decoder needs.
 *
 * @param width pixels as coded
 * @param height pixels as coded
 * @param colours how the components are to be read
 * @param orientation EXIF orientation 1 to 8
 * @param huffmanTables whether it has its own; frames of webcams may count on the usual ones
 * @param essential a JPEG without application segments and comments, from {@code start} up to {@code end}
 * @param start first byte of the essential JPEG
 * @param end one past its last byte
 */
record JpegLayout(
        int width,
        int height,
        Colours colours,
        int orientation,
        boolean huffmanTables,
        byte[] essential,
        int start,
        int end) {

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

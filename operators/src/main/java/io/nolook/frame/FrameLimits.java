package io.nolook.frame;

/**
 * What one coded picture may cost, checked before it is decoded.
 *
 * @param maxBytes coded bytes, at least 1; a decoder holds about twice as many while it works
 * @param maxPixels width times height, 1..{@value #MOST_PIXELS}; a decoded picture is 3 bytes a pixel, and a
 *     progressive JPEG needs about 6 more while it is decoded
 * @param maxScans scans of one JPEG, at least 1; each costs a pass over the whole picture, so a picture of
 *     {@code maxPixels} may have {@value #SCANS_OF_LARGEST} at most, and smaller ones accordingly more
 */
public record FrameLimits(int maxBytes, long maxPixels, int maxScans) {

    /** The most pixels whose three bytes each fit in one Java array. */
    public static final long MOST_PIXELS = (Integer.MAX_VALUE - 16) / 3;

    /** Scans that a picture of the most pixels may have; usual progressive files have 10. */
    public static final int SCANS_OF_LARGEST = 12;

    /** 4 MiB, 16,777,216 pixels (4096 x 4096), 64 scans. */
    public static final FrameLimits DEFAULTS = new FrameLimits(4 << 20, 1L << 24, 64);

    public FrameLimits {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("found a byte limit of " + maxBytes + ", expected at least 1");
        }
        if (maxPixels < 1 || maxPixels > MOST_PIXELS) {
            throw new IllegalArgumentException(
                    "found a pixel limit of " + maxPixels + ", expected 1 to " + MOST_PIXELS);
        }
        if (maxScans < 1) {
            throw new IllegalArgumentException("found a scan limit of " + maxScans + ", expected at least 1");
        }
    }

    /** The most scans of a picture of so many pixels, 1 to {@code maxPixels}. */
    int scansOf(long pixels) {
        return (int) Math.min(maxScans, SCANS_OF_LARGEST * maxPixels / pixels);
    }
}

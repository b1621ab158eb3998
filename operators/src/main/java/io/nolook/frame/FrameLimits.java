package io.nolook.frame;

/**
 * What one coded picture may cost, checked before it is decoded.
 *
 * @param maxBytes coded bytes, at least 1; a decoder holds about twice as many while it works
 * @param maxPixels width times height, 1..{@value #MOST_PIXELS}; a decoded picture is 3 bytes a pixel, and a
 *     progressive JPEG needs about 6 more while it is decoded
 * @param maxScans scans of one JPEG, at least 1; each costs a pass over the whole picture
 */
public record FrameLimits(int maxBytes, long maxPixels, int maxScans) {

    /** The most pixels whose three bytes each fit in one Java array. */
    public static final long MOST_PIXELS = (Integer.MAX_VALUE - 16) / 3;

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
}

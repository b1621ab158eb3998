package io.nolook.frame.ffmpeg;

import io.nolook.frame.FrameSize;

/** The size at which players show a picture whose pixels are not square. */
final class SquarePixels {
    /** Beyond it a ratio is a mistake, and left alone. */
    private static final long MOST_RATIO = 16;

    private SquarePixels() {}

    /**
     * The picture grows along one side, so that nothing of it is lost; where that is more than allowed, the other shrinks.
     *
     * @param num of a pixel's width to its height; 0 when not told
     * @param den of a pixel's width to its height
     * @param maxPixels that the result may have
     */
    static FrameSize of(int width, int height, int num, int den, long maxPixels) {
        boolean told = num > 0 && den > 0 && num <= MOST_RATIO * den && den <= MOST_RATIO * num;
        if (!told || num == den) {
            return new FrameSize(width, height);
        }
        boolean wide = num > den;
        long more = wide ? scaled(width, num, den) : scaled(height, den, num);
        if (more * (wide ? height : width) <= maxPixels) {
            return wide ? new FrameSize((int) more, height) : new FrameSize(width, (int) more);
        }
        return wide
                ? new FrameSize(width, (int) scaled(height, den, num))
                : new FrameSize((int) scaled(width, num, den), height);
    }

    private static long scaled(int length, long num, long den) {
        return Math.max(1, Math.round((double) length * num / den));
    }
}

package io.nolook.quality;

import io.nolook.frame.Picture;
import java.util.List;

/**
 * How much the error of a reconstruction changes from frame to frame.
 *
 * <p>A constant error is blur; a changing one is seen as flicker. Steps onto the first frame of a chunk are kept apart
 * from those inside a chunk: a model whose chunks do not join has more of the former. What people see most is flicker of
 * what stands still: blocks of 8 x 8 pixels whose values change by no more than 2 of 255 in the mean. Not thread-safe.
 */
public final class Flicker {
    private static final int BLOCK = 8;
    private static final int MOST_STILL = 2;
    private static final int CHANNELS = 3;

    private final int chunkFrames;
    private long borderSum;
    private long borderValues;
    private long insideSum;
    private long insideValues;
    private long stillSum;
    private long stillValues;

    /**
     * @param chunkFrames T; frame 0 is a chunk alone, frames 1 to T are the next
     */
    public Flicker(int chunkFrames) {
        if (chunkFrames < 1) {
            throw new IllegalArgumentException("found chunks of " + chunkFrames + " frames, expected at least 1");
        }
        this.chunkFrames = chunkFrames;
    }

    /** Adds a clip from its keyframe on; as many reconstructions as originals. */
    public void add(List<Picture> originals, List<Picture> decoded) {
        if (originals.size() != decoded.size()) {
            throw new IllegalArgumentException("found " + decoded.size() + " reconstructions of " + originals.size()
                    + " pictures, expected as many");
        }
        for (int t = 1; t < originals.size(); t++) {
            byte[] x0 = originals.get(t - 1).rgb();
            byte[] x1 = originals.get(t).rgb();
            byte[] y0 = decoded.get(t - 1).rgb();
            byte[] y1 = decoded.get(t).rgb();
            long sum = 0;
            for (int i = 0; i < x1.length; i++) {
                int change = (y1[i] & 0xff) - (x1[i] & 0xff) - (y0[i] & 0xff) + (x0[i] & 0xff);
                sum += change * change;
            }
            if ((t - 1) % chunkFrames == 0) {
                borderSum += sum;
                borderValues += x1.length;
            } else {
                insideSum += sum;
                insideValues += x1.length;
            }
            Picture picture = originals.get(t);
            for (int top = 0; top + BLOCK <= picture.height(); top += BLOCK) {
                for (int left = 0; left + BLOCK <= picture.width(); left += BLOCK) {
                    addStill(picture.width(), top, left, x0, x1, y0, y1);
                }
            }
        }
    }

    private void addStill(int width, int top, int left, byte[] x0, byte[] x1, byte[] y0, byte[] y1) {
        int moved = 0;
        long sum = 0;
        for (int y = top; y < top + BLOCK; y++) {
            int begin = (y * width + left) * CHANNELS;
            for (int i = begin; i < begin + BLOCK * CHANNELS; i++) {
                int step = (x1[i] & 0xff) - (x0[i] & 0xff);
                int change = (y1[i] & 0xff) - (y0[i] & 0xff) - step;
                moved += Math.abs(step);
                sum += change * change;
            }
        }
        int values = BLOCK * BLOCK * CHANNELS;
        if (moved <= MOST_STILL * values) {
            stillSum += sum;
            stillValues += values;
        }
    }

    /** Adds what another has seen. */
    public void add(Flicker other) {
        borderSum += other.borderSum;
        borderValues += other.borderValues;
        insideSum += other.insideSum;
        insideValues += other.insideValues;
        stillSum += other.stillSum;
        stillValues += other.stillValues;
    }

    /** Root mean square of the change at chunk borders, in steps of 1/255; NaN without one. */
    public double border() {
        return Math.sqrt((double) borderSum / borderValues);
    }

    /** Root mean square of the change inside chunks, in steps of 1/255; NaN without one. */
    public double inside() {
        return Math.sqrt((double) insideSum / insideValues);
    }

    /** Root mean square of the change in blocks that stand still, in steps of 1/255; NaN without one. */
    public double still() {
        return Math.sqrt((double) stillSum / stillValues);
    }
}

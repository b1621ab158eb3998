package io.nolook.frame;

import java.util.Arrays;

/**
 * What the scans of a progressive JPEG have told so far: it is complete when every coefficient is there to its last bit.
 *
 * <p>Source: ITU-T T.81, G.1.1. A baseline JPEG has nothing to wait for.
 */
final class JpegProgress {
    /** Of a JPEG that is not progressive. */
    static final JpegProgress BASELINE = new JpegProgress(new int[0]);

    private static final int COEFFICIENTS = 64;
    private static final int NOT_SEEN = 99;

    private final int[] components;
    /** Bits of each component's coefficients that are still missing. */
    private final int[][] missing;

    private JpegProgress(int[] components) {
        this.components = components;
        missing = new int[components.length][COEFFICIENTS];
        for (int[] each : missing) {
            Arrays.fill(each, NOT_SEEN);
        }
    }

    /**
     * @param at of the first component in the frame header
     * @param count of components
     */
    static JpegProgress of(byte[] bytes, int at, int count) {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = bytes[at + 3 * i] & 0xff;
        }
        return new JpegProgress(ids);
    }

    /** Takes a scan's header, whatever is wrong with it: the decoder tells. */
    void scan(byte[] bytes, int from, int end) {
        int count = from < end ? bytes[from] & 0xff : 0;
        int selection = from + 1 + 2 * count;
        if (selection + 3 > end) {
            return;
        }
        int first = bytes[selection] & 0xff;
        int last = Math.min(COEFFICIENTS - 1, bytes[selection + 1] & 0xff);
        int bitsLeft = bytes[selection + 2] & 0xf;
        for (int i = 0; i < count; i++) {
            for (int component = 0; component < components.length; component++) {
                if (components[component] == (bytes[from + 1 + 2 * i] & 0xff)) {
                    for (int k = first; k <= last; k++) {
                        missing[component][k] = bitsLeft;
                    }
                }
            }
        }
    }

    boolean isComplete() {
        return Arrays.stream(missing).allMatch(each -> Arrays.stream(each).allMatch(bits -> bits == 0));
    }
}

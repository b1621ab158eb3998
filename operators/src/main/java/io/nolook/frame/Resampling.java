package io.nolook.frame;

/**
 * Along one axis, which source pixels each target pixel mixes, and how much.
 *
 * <p>Shrinking takes each source pixel by the share of it that the target pixel covers; enlarging interpolates between
 * the two nearest pixel centres. Weights are integers of sum exactly 2^22, so that one colour stays that colour.
 *
 * @param first first source pixel of each target pixel
 * @param weights from there on, for each target pixel
 */
record Resampling(int[] first, int[][] weights) {
    static final int BITS = 22;
    private static final long ONE = 1L << BITS;

    /**
     * Maps the stretch {@code [from, from + length) / unit} of the source onto the target.
     *
     * @param source pixels of the source
     * @param target pixels of the target
     * @param from start of the stretch in the source, in 1/unit pixels
     * @param length of the stretch, in 1/unit pixels
     * @param unit parts of a source pixel
     */
    static Resampling of(int source, int target, long from, long length, long unit) {
        int[] first = new int[target];
        int[][] weights = new int[target][];
        if (length == target * unit) {
            // same scale: whole pixels, not blends of two
            for (int i = 0; i < target; i++) {
                first[i] = (int) (from / unit) + i;
                weights[i] = new int[] {(int) ONE};
            }
        } else if (length > target * unit) {
            for (int i = 0; i < target; i++) {
                cover(i, from * target + i * length, length, unit * target, first, weights);
            }
        } else {
            for (int i = 0; i < target; i++) {
                interpolate(i, 2 * from * target + (2L * i + 1) * length, 2 * unit * target, source, first, weights);
            }
        }
        return new Resampling(first, weights);
    }

    /** Box from {@code begin} of {@code length}, in 1/unit source pixels. */
    private static void cover(int i, long begin, long length, long unit, int[] first, int[][] weights) {
        first[i] = (int) (begin / unit);
        int last = (int) ((begin + length - 1) / unit);
        weights[i] = new int[last - first[i] + 1];
        long before = 0;
        for (int k = 0; k < weights[i].length; k++) {
            long covered = Math.min((first[i] + k + 1) * unit, begin + length) - begin;
            // rounding the running sum, not each share, keeps the total exact
            long sum = Math.round((double) covered / length * ONE);
            weights[i][k] = (int) (sum - before);
            before = sum;
        }
    }

    /** Point at {@code centre}, in 1/unit source pixels; pixel centres are at halves. */
    private static void interpolate(int i, long centre, long unit, int source, int[] first, int[][] weights) {
        long shifted = Math.max(0, centre - unit / 2);
        int left = (int) Math.min(source - 1, shifted / unit);
        if (left == source - 1) {
            first[i] = left;
            weights[i] = new int[] {(int) ONE};
            return;
        }
        int right = (int) Math.round((double) (shifted - left * unit) / unit * ONE);
        first[i] = left;
        weights[i] = new int[] {(int) ONE - right, right};
    }
}

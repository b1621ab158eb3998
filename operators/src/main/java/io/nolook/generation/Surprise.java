package io.nolook.generation;

import java.util.Arrays;

/**
 * How surprising a token frame is to a predictor, in bits a token.
 *
 * @param bits mean of all its tokens: what it takes to code it with the predictor
 * @param level what three of its tokens in five exceed: what most of the picture does, whatever a few tokens do
 * @param peak mean of its most surprising sixteenth
 * @param map mean of each of {@value #SIDE} x {@value #SIDE} cells in raster order; cells are as large as the grid allows, and
 *     share its rows and columns as evenly as they can
 */
public record Surprise(float bits, float level, float peak, float[] map) {
    /** Cells each way of the map. */
    public static final int SIDE = 4;

    private static final int PEAKS = 16; // one token of so many
    private static final double LEVEL = 0.4; // of the tokens are below it

    /**
     * Sums up what a predictor says of one token frame.
     *
     * @param bits of its tokens in raster order, at least 0
     * @param rows of the grid, at least 1
     * @param columns of the grid, at least 1
     */
    public static Surprise of(float[] bits, int rows, int columns) {
        if (rows < 1 || columns < 1 || bits.length != rows * columns) {
            throw new IllegalArgumentException(
                    "found " + bits.length + " tokens, expected those of a grid of " + rows + " x " + columns);
        }
        float[] sorted = bits.clone();
        Arrays.sort(sorted);
        int peaks = Math.max(1, sorted.length / PEAKS);
        return new Surprise(
                mean(sorted, 0, sorted.length),
                sorted[(int) (LEVEL * (sorted.length - 1))],
                mean(sorted, sorted.length - peaks, sorted.length),
                map(bits, rows, columns));
    }

    private static float mean(float[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return (float) (sum / (to - from));
    }

    private static float[] map(float[] bits, int rows, int columns) {
        double[] sums = new double[SIDE * SIDE];
        int[] counts = new int[SIDE * SIDE];
        for (int i = 0; i < bits.length; i++) {
            int cell = i / columns * SIDE / rows * SIDE + i % columns * SIDE / columns;
            sums[cell] += bits[i];
            counts[cell]++;
        }
        float[] map = new float[SIDE * SIDE];
        for (int cell = 0; cell < map.length; cell++) {
            map[cell] = counts[cell] == 0 ? 0 : (float) (sums[cell] / counts[cell]);
        }
        return map;
    }
}

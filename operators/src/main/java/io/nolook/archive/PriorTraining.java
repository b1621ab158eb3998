package io.nolook.archive;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Learns {@link PriorTables} from clips of tokens: the same clips give the same bytes.
 *
 * <p>Stochastic gradient descent on the bits' cost, a token at a time, clip after clip; every number has its own step
 * (AdaGrad: Duchi, Hazan, Singer, 2011), and steps shrink to a twentieth. Floats as Java defines them to the bit, one
 * thread. At the end the numbers are rounded, and the first weights are the mean of those that {@link TokenModel} learns
 * on some of the clips.
 */
public final class PriorTraining {
    /** Of one tokenizer, the only one that tables are made for so far. */
    private static final TokenGrid GRID = new TokenGrid(16, 16, PriorTables.BITS);

    private static final int UNITS = PriorTables.UNITS;
    private static final float STEP = 0.15f;
    private static final float LAST_SHARE = 0.05f;
    private static final int PASSES = 2;
    /** Clips that the first weights are learned on. */
    private static final int WEIGHED = 150;

    private static final int PRIOR_WEIGHT = 40_000;
    private static final int OTHER_WEIGHT = 6_000;

    /** What a net begins with: a gradient's square, so that first steps are no leaps. */
    private static final float FIRST_SQUARE = 1e-2f;

    private static final float[] PROBABILITIES = new float[8192];

    static {
        for (int i = 0; i < PROBABILITIES.length; i++) {
            PROBABILITIES[i] = (float) (1 / (1 + StrictMath.exp((PROBABILITIES.length / 2 - i) / 256.0)));
        }
    }

    private final Learned first = new Learned(UNITS);
    private final Learned rows = new Learned(PriorTables.ROWS * UNITS);
    private final Learned nodes = new Learned(PriorTables.NODES * UNITS);
    private final Learned biases = new Learned(PriorTables.NODES);
    private final int[] facts = new int[TokenPrior.FACTS];
    private final float[] sums = new float[UNITS];
    private final float[][] units = new float[PriorTables.FACTORS][UNITS];
    private final float[][] slopes = new float[PriorTables.FACTORS][UNITS];
    private float step = STEP;

    private PriorTraining() {
        SplittableRandom random = new SplittableRandom(1);
        rows.scatter(random, 0.3f);
        nodes.scatter(random, 0.15f);
    }

    /** Numbers that are learned, and the sums of their slopes' squares. */
    private static final class Learned {
        final float[] values;
        private final float[] squares;

        Learned(int count) {
            values = new float[count];
            squares = new float[count];
            Arrays.fill(squares, FIRST_SQUARE);
        }

        void scatter(SplittableRandom random, float most) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextDouble() * 2 - 1) * most;
            }
        }

        void learn(int at, float slope, float step) {
            squares[at] += slope * slope;
            values[at] += step * slope / (float) Math.sqrt(squares[at]);
        }

        void learn(int row, float[] slopes, float step) {
            for (int unit = 0; unit < UNITS; unit++) {
                learn(row * UNITS + unit, slopes[unit], step);
            }
        }
    }

    /**
     * @param clips token frames of each, 16x16 tokens of 18 bits from a keyframe on, phase period 8
     * @return the bytes of tables
     */
    public static byte[] learn(List<List<int[]>> clips) {
        PriorTraining training = new PriorTraining();
        for (int done = 0; done < PASSES * clips.size(); done++) {
            training.step = STEP * (1 - (1 - LAST_SHARE) * done / (PASSES * clips.size()));
            training.learnClip(clips.get(done % clips.size()));
        }
        PriorTables rounded = training.rounded(firstGuess());
        return training.bytes(learnWeights(rounded, clips.subList(0, Math.min(WEIGHED, clips.size()))));
    }

    private void learnClip(List<int[]> frames) {
        TokenNeighbours near = new TokenNeighbours(GRID, PriorTables.PERIOD);
        for (int f = 0; f < frames.size(); f++) {
            int[] tokens = frames.get(f);
            near.begin(frames.subList(0, f), tokens);
            for (int i = 0; i < tokens.length; i++) {
                near.moveTo(i);
                TokenPrior.find(near, facts);
                learnToken(tokens[i]);
            }
        }
    }

    private void learnToken(int token) {
        System.arraycopy(first.values, 0, sums, 0, UNITS);
        for (int row : facts) {
            add(row);
        }
        int low = PriorTables.KNOWN + TokenPrior.factor(token, 0);
        int middle = PriorTables.KNOWN + 2 * PriorTables.CODES + TokenPrior.factor(token, 1);
        for (int factor = 0; factor < PriorTables.FACTORS; factor++) {
            if (factor == 1) {
                add(low);
            } else if (factor == 2) {
                add(low + PriorTables.CODES);
                add(middle);
            }
            learnFactor(token, factor);
        }
        rows.learn(low + PriorTables.CODES, slopes[2], step);
        rows.learn(middle, slopes[2], step);
        plus(slopes[1], slopes[2]);
        rows.learn(low, slopes[1], step);
        plus(slopes[0], slopes[1]);
        for (int row : facts) {
            rows.learn(row, slopes[0], step);
        }
        first.learn(0, slopes[0], step);
    }

    /** Learns the nodes of a factor, and finds the slopes of the units. */
    private void learnFactor(int token, int factor) {
        float[] unit = units[factor];
        float[] slope = slopes[factor];
        Arrays.fill(slope, 0);
        for (int u = 0; u < UNITS; u++) {
            unit[u] = Math.max(0, sums[u]);
        }
        for (int bit = factor * PriorTables.FACTOR_BITS; bit < (factor + 1) * PriorTables.FACTOR_BITS; bit++) {
            int node = TokenPrior.node(bit, token & (1 << bit) - 1);
            float odds = biases.values[node];
            for (int u = 0; u < UNITS; u++) {
                odds += unit[u] * nodes.values[node * UNITS + u];
            }
            float error = (token >> bit & 1) - probability(odds);
            biases.learn(node, error, step);
            for (int u = 0; u < UNITS; u++) {
                slope[u] += error * nodes.values[node * UNITS + u];
                nodes.learn(node * UNITS + u, error * unit[u], step);
            }
        }
        for (int u = 0; u < UNITS; u++) {
            slope[u] = unit[u] > 0 ? slope[u] : 0;
        }
    }

    private void add(int row) {
        for (int unit = 0; unit < UNITS; unit++) {
            sums[unit] += rows.values[row * UNITS + unit];
        }
    }

    private static void plus(float[] sum, float[] other) {
        for (int unit = 0; unit < UNITS; unit++) {
            sum[unit] += other[unit];
        }
    }

    private static float probability(float odds) {
        int half = PROBABILITIES.length / 2;
        return PROBABILITIES[(int) Math.max(0, Math.min(PROBABILITIES.length - 1, odds * 256 + half + 0.5f))];
    }

    private static int[] firstGuess() {
        int[] weights = new int[PriorTables.WEIGHTS];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i + 1) % TokenModel.MOST_INPUTS == 0 ? PRIOR_WEIGHT : OTHER_WEIGHT;
        }
        return weights;
    }

    /** Each clip begins with the weights that the one before ended with; of the second half, the mean. */
    private static int[] learnWeights(PriorTables tables, List<List<int[]>> clips) {
        long[] sums = new long[PriorTables.WEIGHTS];
        int counted = 0;
        for (int clip = 0; clip < clips.size(); clip++) {
            int[] weights = TokenModel.weightsAfter(GRID, tables, clips.get(clip));
            System.arraycopy(weights, 0, tables.weights, 0, weights.length);
            if (clip >= clips.size() / 2) {
                counted++;
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += weights[i];
                }
            }
        }
        int[] mean = new int[sums.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (int) Math.floorDiv(sums[i], counted);
        }
        return mean;
    }

    private PriorTables rounded(int[] weights) {
        return new PriorTables(ByteBuffer.wrap(bytes(weights)));
    }

    private byte[] bytes(int[] weights) {
        ByteBuffer bytes = ByteBuffer.allocate(PriorTables.BYTES);
        for (Learned learned : List.of(first, rows, nodes)) {
            for (float value : learned.values) {
                bytes.putShort((short) Math.max(-Short.MAX_VALUE, Math.min(Short.MAX_VALUE, Math.round(value * 4096))));
            }
        }
        for (float value : biases.values) {
            bytes.putInt(Math.round(value * 256));
        }
        for (int weight : weights) {
            bytes.putInt(weight);
        }
        return bytes.array();
    }
}

package io.nolook.tool.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.Picture;
import io.nolook.job.archive.TestTokens;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenPacking;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the evaluation of the language model is made of, on tokens and pictures whose figures are known. */
class GenerationPartsTest {
    private static final int TOKENS = 16;

    /** One clip of one keyframe, all of whose token frames are these. */
    private static List<TokenFrame> clip(int[]... grids) {
        List<TokenFrame> frames = TestTokens.camera(0, TestTokens.INTERVAL).subList(0, grids.length);
        for (int i = 0; i < grids.length; i++) {
            frames.get(i).setTokens(ByteBuffer.wrap(TokenPacking.pack(grids[i], 18)));
        }
        return frames;
    }

    private static List<float[]> bits(int tokenFrames, float each) {
        float[] bits = new float[TOKENS];
        Arrays.fill(bits, each);
        return Collections.nCopies(tokenFrames, bits);
    }

    @Test
    void figuresOfKnownTokens() {
        int[] grid = IntStream.range(0, TOKENS).map(i -> i % 4).toArray();
        TokenBits bits = new TokenBits(3, 6);
        double[] found = bits.add(clip(grid, grid, grid, grid, grid, grid, grid, grid), bits(8, 0.5f));

        Map<String, Double> all = bits.all();
        assertThat(bits.tokens()).isEqualTo(8 * TOKENS);
        assertThat(found[0]).isEqualTo(0.5);
        assertThat(all.get("raw")).isEqualTo(18);
        assertThat(all.get("predictor")).isEqualTo(0.5);
        assertThat(all.get("unigram")).as("four tokens, equally frequent").isCloseTo(2, within(1e-9));
        assertThat(all.get("copy-last"))
                .as("after the first token frame nearly nothing")
                .isBetween(0.25, 0.45);
        assertThat(all.get("bigram")).isLessThan(9);
        assertThat(all.get("predictor or coder, clip by clip")).isBetween(0.5, 0.5 + 1.0 / TOKENS);
    }

    @Test
    void noiseTakesAllItsBits() {
        Random random = new Random(1);
        TokenBits bits = new TokenBits(3, 6);
        for (int clip = 0; clip < 3; clip++) {
            int[][] grids = IntStream.range(0, 8)
                    .mapToObj(i -> random.ints(TOKENS, 0, 1 << 18).toArray())
                    .toArray(int[][]::new);
            bits.add(clip(grids), bits(8, 18));
        }
        assertThat(bits.all().get("bigram")).isGreaterThan(17.9);
        assertThat(bits.all().get("context coder")).isGreaterThan(17.5);
        assertThat(bits.all().get("copy-last"))
                .isGreaterThanOrEqualTo(bits.all().get("unigram"));
    }

    private static final SimulatedCamera CAMERA = new SimulatedCamera(1, 32, 32);

    private static List<Picture> pictures(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(CAMERA::picture).toList();
    }

    @Test
    void disturbancesAreWhatTheySay() {
        List<Picture> before = pictures(0, 10);
        List<Picture> after = pictures(10, 12);
        List<Picture> other = pictures(100, 40);
        for (Disturbance disturbance : Disturbance.values()) {
            assertThat(disturbance.of(before, after, other, new Random(1)))
                    .as("%s", disturbance)
                    .hasSize(12);
        }
        assertThat(Disturbance.NONE.of(before, after, other, new Random(1))).isEqualTo(after);
        assertThat(Disturbance.FROZEN.of(before, after, other, new Random(1))).containsOnly(before.get(9));
        assertThat(Disturbance.FOREIGN.of(before, after, other, new Random(1)).get(0))
                .isEqualTo(other.get(0));
        assertThat(Disturbance.CUT.of(before, after, other, new Random(1)).get(0))
                .isEqualTo(other.get(20));
        assertThat(Disturbance.REVERSED.of(before, after, other, new Random(1)).get(1))
                .isEqualTo(before.get(8));
        List<Picture> covered = Disturbance.COVERED.of(before, after, other, new Random(1));
        assertThat(spread(covered.get(11))).isLessThan(spread(after.get(11)));
        assertThat(covered.get(11)).isNotEqualTo(covered.get(10));
    }

    /** Of a picture's bytes, largest less smallest. */
    private static int spread(Picture picture) {
        int least = 255;
        int most = 0;
        for (byte each : picture.rgb()) {
            least = Math.min(least, each & 0xff);
            most = Math.max(most, each & 0xff);
        }
        return most - least;
    }

    @Test
    void clipsAreShownForwardsAndBackwards() {
        List<Picture> clip = pictures(0, 4);
        List<Picture> shown = Disturbance.there(clip, 9);

        List<Integer> order = new ArrayList<>();
        shown.forEach(picture -> order.add(clip.indexOf(picture)));
        assertThat(order).containsExactly(0, 1, 2, 3, 2, 1, 0, 1, 2);
        assertThat(Disturbance.there(clip.subList(0, 1), 3)).containsOnly(clip.get(0));
    }
}

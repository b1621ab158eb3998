package io.nolook.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What the estimated code length says of streams whose true length is known. */
class AdaptiveCodeLengthTest {
    private static final int SIDE = 16;
    private static final int TOKENS = SIDE * SIDE;
    private static final int BITS = 18;

    @Test
    void randomTokensCostAllTheirBits() {
        Random random = new Random(1);
        double length = length(frames(600, () -> random.nextInt(1 << BITS)));

        assertThat(length / 600 / TOKENS).isCloseTo(BITS, Percentage.withPercentage(0.5));
    }

    @Test
    void constantTokensCostNearlyNothing() {
        assertThat(length(frames(100, () -> 131_071)) / 100 / TOKENS).isLessThan(0.02);
    }

    @Test
    void unevenBitsCostTheirEntropy() {
        Random random = new Random(2);
        double length = length(frames(300, () -> {
            int token = 0;
            for (int bit = 0; bit < BITS; bit++) {
                token |= (random.nextInt(10) == 0 ? 1 : 0) << bit;
            }
            return token;
        }));

        assertThat(length / 300 / TOKENS).isCloseTo(BITS * 0.46900, Percentage.withPercentage(4));
    }

    @Test
    void orderMatters() {
        Random random = new Random(3);
        int[] scene = frames(1, () -> random.nextInt(1 << BITS)).get(0);
        List<int[]> still = Collections.nCopies(50, scene);
        List<int[]> shuffled = new ArrayList<>();
        for (int[] frame : still) {
            List<Integer> tokens = new ArrayList<>();
            for (int token : frame) {
                tokens.add(token);
            }
            Collections.shuffle(tokens, random);
            shuffled.add(tokens.stream().mapToInt(Integer::intValue).toArray());
        }

        assertThat(length(still) / 50 / TOKENS).isLessThan(1.5);
        assertThat(length(shuffled) / 50 / TOKENS).isGreaterThan(12);
    }

    @Test
    void lowerBitsOfATokenPredictItsHigherOnes() {
        Random random = new Random(4);
        double length = length(frames(100, () -> {
            int coarse = random.nextInt(64);
            return coarse | coarse << 6 | (~coarse & 63) << 12;
        }));

        assertThat(length / 100 / TOKENS).isCloseTo(6, within(0.7));
    }

    @Test
    void sameStreamSameLengthAndAnyNumberOfBits() {
        for (int bits : new int[] {1, 5, 12, 30}) {
            Random random = new Random(bits);
            int[] frame = random.ints(15, 0, 1 << Math.min(bits, 29)).toArray();
            AdaptiveCodeLength one = new AdaptiveCodeLength(bits, 3, 5);
            AdaptiveCodeLength other = new AdaptiveCodeLength(bits, 3, 5);
            assertThat(one.add(frame)).isEqualTo(other.add(frame)).isPositive();
            double after = one.add(frame);
            other.keyframe();
            assertThat(other.add(frame)).as("%d bits after a keyframe", bits).isNotEqualTo(after);
        }
    }

    @Test
    void otherGridsAreRefused() {
        assertThatThrownBy(() -> new AdaptiveCodeLength(18, 2, 2).add(new int[5]))
                .hasMessage("found 5 tokens, expected 4 of a token frame");
        assertThatThrownBy(() -> new AdaptiveCodeLength(31, 2, 2)).hasMessageContaining("expected 1 to 30 bits");
    }

    private interface Source {
        int next();
    }

    private static List<int[]> frames(int count, Source source) {
        List<int[]> frames = new ArrayList<>();
        for (int f = 0; f < count; f++) {
            int[] tokens = new int[TOKENS];
            for (int i = 0; i < TOKENS; i++) {
                tokens[i] = source.next();
            }
            frames.add(tokens);
        }
        return frames;
    }

    private static double length(List<int[]> frames) {
        AdaptiveCodeLength length = new AdaptiveCodeLength(BITS, SIDE, SIDE);
        return frames.stream().mapToDouble(length::add).sum();
    }
}

package io.nolook.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.frame.FrameSize;
import io.nolook.model.Draw;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContinuationTest {
    private static final SamplerSpec SPEC = new SamplerSpec(List.of(2, 3), 3, 8, new FrameSize(16, 16), 4);
    private static final List<int[]> BEFORE = List.of(new int[] {9, 9, 9, 9}, new int[] {0, 1, 5, 31});
    private static final Continuation.At AT = new Continuation.At("gate", 7, 99, 13, BEFORE);

    private static List<Draw> draws(long seed, Continuation.At at, int sample) {
        return new Continuation(seed, 1, 100, 3, 2).draws(SPEC, at, sample);
    }

    /** Least significant factor first, the newest token frame first, each value plus one, 0 where there is none. */
    @Test
    void theWindowHoldsFactors() {
        assertThat(SPEC.window(BEFORE))
                .containsExactly(
                        1, 2, 2, 4, 1, 1, 2, 8, // 0, 1, 5 and 31
                        2, 2, 2, 2, 3, 3, 3, 3, // four times 9
                        0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(SPEC.window(List.of(new int[4], new int[4], new int[] {1, 1, 1, 1}, new int[4], BEFORE.get(1))))
                .startsWith(1, 2, 2, 4)
                .endsWith(2, 2, 2, 2, 1, 1, 1, 1);
    }

    @Test
    void numbersAreThoseOfSeedPlaceAndSample() {
        List<Draw> draws = draws(1, AT, 0);

        assertThat(draws).hasSize(3);
        assertThat(draws.get(0).begin()).isEqualTo(SPEC.window(BEFORE));
        assertThat(draws.get(1).begin()).isEmpty();
        assertThat(draws).allMatch(draw -> draw.first() == 5 && draw.kept() == 8 && draw.numbers().length == 8);
        assertThat(draws(1, AT, 0).get(2).numbers()).isEqualTo(draws.get(2).numbers());
        assertThat(draws.get(1).numbers()).isNotEqualTo(draws.get(0).numbers());
        assertThat(draws(2, AT, 0).get(0).numbers()).isNotEqualTo(draws.get(0).numbers());
        assertThat(draws(1, AT, 1).get(0).numbers()).isNotEqualTo(draws.get(0).numbers());
        Continuation.At later = new Continuation.At("gate", 7, 100, 13, BEFORE);
        assertThat(draws(1, later, 0).get(0).numbers())
                .isNotEqualTo(draws.get(0).numbers());
    }

    /** They never change: who asks with the same seed gets the same samples from any release. */
    @Test
    void numbersStayWhatTheyAre() {
        assertThat(new DrawStream(1, "gate", 7, 99, 0).next(3)).containsExactly(0.62866175f, 0.60881454f, 0.73496795f);
    }

    @Test
    void numbersAreEvenlySpread() {
        double sum = 0;
        for (float number : new DrawStream(3, "yard", 1, 2, 0).next(100_000)) {
            assertThat(number).isBetween(0f, Math.nextDown(1f));
            sum += number;
        }
        assertThat(sum / 100_000).isBetween(0.495, 0.505);
    }

    @Test
    void askingTooMuchIsRefused() {
        assertThatThrownBy(() -> new Continuation(1, 0, 64, 8, 1))
                .hasMessage("temperature: found 0.0, expected 0.05 to 20");
        assertThatThrownBy(() -> new Continuation(1, 1, 0, 8, 1)).hasMessageContaining("kept values: found 0");
        assertThatThrownBy(() -> new Continuation(1, 1, 64, 129, 1)).hasMessageContaining("token frames: found 129");
        assertThatThrownBy(() -> new Continuation(1, 1, 64, 64, 3))
                .hasMessage("token frames times samples: found 192, expected at most 128");
        assertThatThrownBy(() -> new Continuation(1, 1, 64, 8, 17)).hasMessageContaining("samples: found 17");
    }
}

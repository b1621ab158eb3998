package io.nolook.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SurpriseTest {

    @Test
    void sumsUpAGrid() {
        float[] bits = new float[16 * 16];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = i / 16 < 4 && i % 16 >= 12 ? 20 : i % 2; // the corner on the upper right, else 0 and 1 in turn
        }
        Surprise surprise = Surprise.of(bits, 16, 16);

        assertThat(surprise.bits()).isEqualTo((16 * 20 + 120) / 256f);
        assertThat(surprise.level()).isZero();
        assertThat(surprise.peak()).isEqualTo(20);
        assertThat(surprise.map()).hasSize(16);
        assertThat(surprise.map()[3]).isEqualTo(20);
        assertThat(surprise.map()[0]).isEqualTo(0.5f);
    }

    @Test
    void theLevelIsWhatThreeInFiveExceed() {
        float[] bits = new float[100];
        for (int i = 0; i < 100; i++) {
            bits[i] = 99 - i;
        }
        assertThat(Surprise.of(bits, 10, 10).level()).isEqualTo(39);
    }

    /** A grid smaller than the map leaves cells without tokens; one of other sides shares them out. */
    @Test
    void anyGridHasAMap() {
        assertThat(Surprise.of(new float[] {7}, 1, 1).map()).startsWith(7, 0).hasSize(16);
        assertThat(Surprise.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 6).map()).startsWith(1.5f, 3, 4.5f, 6);
    }

    @Test
    void refusesAnotherGrid() {
        assertThatThrownBy(() -> Surprise.of(new float[5], 2, 3))
                .hasMessage("found 5 tokens, expected those of a grid of 2 x 3");
    }
}

package io.nolook.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class UsualTest {

    private static Usual of(DoubleStream levels) {
        Usual[] usual = {Usual.UNKNOWN};
        levels.forEach(level -> usual[0] = usual[0].with((float) level));
        return usual[0];
    }

    @Test
    void isKnownAfterEightBlocks() {
        assertThat(of(DoubleStream.generate(() -> 5).limit(63)).isKnown()).isFalse();
        assertThat(of(DoubleStream.generate(() -> 5).limit(64)).isKnown()).isTrue();
    }

    @Test
    void bordersAreThoseOfBlocks() {
        Usual usual = of(DoubleStream.iterate(0, i -> i + 1).limit(160).map(i -> i % 8 == 3 ? 9 : 5)); // 20 blocks

        assertThat(usual.high()).isEqualTo(9);
        assertThat(usual.low()).isEqualTo(5.5f);
    }

    /** Twelve of 240 blocks may be anything. */
    @Test
    void aTwentiethMovesNothing() {
        DoubleStream normal = DoubleStream.generate(() -> 6).limit(228 * 8);
        Usual usual =
                of(DoubleStream.concat(normal, DoubleStream.generate(() -> 30).limit(11 * 8)));

        assertThat(usual.high()).isEqualTo(6);
        assertThat(usual.low()).isEqualTo(6);
    }

    @Test
    void forgetsWhatIsLongAgo() {
        DoubleStream before = DoubleStream.generate(() -> 20).limit(500 * 8);
        Usual usual =
                of(DoubleStream.concat(before, DoubleStream.generate(() -> 3).limit(240 * 8)));

        assertThat(usual.high()).isEqualTo(3);
        assertThat(usual.highs()).hasSize(Usual.BLOCKS);
    }

    @Test
    void levelsBeyondAByteAreTheLargest() {
        assertThat(of(DoubleStream.generate(() -> 90).limit(64)).high()).isEqualTo(255 / 8f);
        assertThat(of(DoubleStream.generate(() -> -1).limit(64)).low()).isZero();
    }
}

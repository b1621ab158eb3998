package io.nolook.flink.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SilenceClockTest {
    private static final long TTL = 60_000;

    @Test
    void aCameraIsSilentWhenItWasNotHeardForSoLong() {
        SilenceClock clock = new SilenceClock(TTL);
        long look = clock.firstLook(1_000_000);

        assertThat(look).isEqualTo(1_060_000);
        assertThat(clock.lookAgain(1_020_000, look, look)).hasValue(1_080_000);
        assertThat(clock.lookAgain(1_020_000, 1_080_000, 1_080_000)).isEmpty();
    }

    /** The first look of a restored operator was asked for long ago. */
    @Test
    void timeInWhichTheJobWasDownIsNoSilence() {
        SilenceClock restored = new SilenceClock(TTL);

        assertThat(restored.lookAgain(1_020_000, 1_080_000, 9_000_000)).hasValue(9_060_000);
        assertThat(restored.lookAgain(1_020_000, 9_060_000, 9_060_000)).isEmpty();
    }

    @Test
    void timeInWhichTheTaskWasBlockedIsNoSilence() {
        SilenceClock clock = new SilenceClock(TTL);
        clock.firstLook(1_000_000);

        assertThat(clock.lookAgain(1_000_000, 1_060_000, 1_067_000)).hasValue(1_127_000);
        assertThat(clock.lookAgain(1_000_000, 1_127_000, 1_132_000))
                .as("a little late")
                .isEmpty();
    }
}

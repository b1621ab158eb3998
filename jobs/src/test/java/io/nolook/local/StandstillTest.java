package io.nolook.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StandstillTest {
    private final Standstill standstill = new Standstill(Duration.ofSeconds(180));

    @Test
    void lastsWhenNothingRunsThoughTheBrokerAnswers() {
        assertThat(at(0, true, true)).isFalse();
        assertThat(at(100, false, true)).isFalse();
        assertThat(at(180, false, true)).isFalse();
        assertThat(at(181, false, true)).isTrue();
    }

    @Test
    void aJobThatRunsAgainHasItsPatienceBack() {
        assertThat(at(0, false, true)).isFalse();
        assertThat(at(170, true, true)).isFalse();
        assertThat(at(340, false, true)).isFalse();
        assertThat(at(351, false, true)).isTrue();
    }

    /** However long it is away, and for as long after it is back. */
    @Test
    void aBrokerThatIsAwayIsWaitedFor() {
        for (int second = 0; second < 10_000; second += 5) {
            assertThat(at(second, false, false)).isFalse();
        }
        assertThat(at(10_100, false, true)).isFalse();
        assertThat(at(10_176, false, true)).isTrue();
    }

    /** Clocks of nanoseconds begin anywhere. */
    @Test
    void beginsWhenItIsFirstAsked() {
        assertThat(new Standstill(Duration.ofSeconds(1)).lasts(Long.MAX_VALUE, false, () -> true))
                .isFalse();
    }

    private boolean at(long seconds, boolean running, boolean answers) {
        return standstill.lasts(Duration.ofSeconds(seconds).toNanos() - 7, running, () -> answers);
    }
}

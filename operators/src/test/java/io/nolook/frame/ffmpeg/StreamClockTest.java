package io.nolook.frame.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamClockTest {
    private static final long DAY = 86_400_000_000L;
    private static final long STEP = 200_000;

    private final StreamClock clock = new StreamClock();

    /** Pictures 200 ms apart; the process comes round to the middle ones three seconds late. */
    @Test
    void aLateProcessMakesNoLatePictures() {
        for (int i = 0; i < 100; i++) {
            long late = i >= 40 && i < 55 ? (55 - i) * STEP : 0;
            clock.arrived(i * STEP, DAY + i * STEP + late);
            assertThat(clock.at(i * STEP)).as("picture %d", i).isEqualTo(DAY + i * STEP);
        }
    }

    /** The first pictures come in a heap, as from a server's buffer: with the last of it the clock is right. */
    @Test
    void aHeapAtTheBeginningIsForgotten() {
        long previous = 0;
        for (int i = 0; i < 400; i++) {
            long arrival = DAY + Math.max(10, i) * STEP;
            clock.arrived(i * STEP, arrival);
            long at = clock.at(i * STEP);
            assertThat(at).as("picture %d", i).isGreaterThan(previous).isBetween(DAY + i * STEP, DAY + (i + 11) * STEP);
            previous = at;
        }
        assertThat(previous).isEqualTo(DAY + 399 * STEP);
    }

    @Test
    void theSendersClockIsBelievedWhereItIsNear() {
        clock.arrived(0, DAY);
        clock.told(0, DAY - 300_000, DAY);
        assertThat(clock.at(0)).isEqualTo(DAY - 300_000);
        clock.arrived(STEP, DAY + STEP + 50_000);
        assertThat(clock.at(STEP)).isEqualTo(DAY - 300_000 + STEP);
    }

    @Test
    void aSenderThatCountsFrom1970IsNotBelieved() {
        clock.arrived(0, DAY);
        clock.told(0, 5_000_000, DAY);
        assertThat(clock.at(0)).isEqualTo(DAY);
    }

    /** What the sender says later, and is earlier, is reached by and by. */
    @Test
    void timesOnlyRise() {
        clock.arrived(0, DAY);
        long previous = clock.at(0);
        for (int i = 1; i <= 60; i++) {
            clock.arrived(i * STEP, DAY + i * STEP);
            clock.told(i * STEP, DAY + i * STEP - 1_000_000, DAY + i * STEP);
            long at = clock.at(i * STEP);
            assertThat(at - previous).isBetween(STEP * 9 / 10, STEP);
            previous = at;
        }
        assertThat(previous).isEqualTo(DAY + 60 * STEP - 1_000_000);
    }

    /** A camera that starts again counts from zero, or from anywhere. */
    @Test
    void aJumpOfPresentationTimesIsAnotherBeginning() {
        clock.arrived(3_600_000_000L, DAY);
        assertThat(clock.at(3_600_000_000L)).isEqualTo(DAY);
        clock.arrived(0, DAY + STEP);
        assertThat(clock.at(0)).isEqualTo(DAY + STEP);
        clock.arrived(2 * DAY, DAY + 2 * STEP);
        assertThat(clock.at(2 * DAY)).isEqualTo(DAY + 2 * STEP);
    }

    /** A camera whose second is a little long: within minutes the clock follows. */
    @Test
    void driftIsFollowed() {
        long arrival = DAY;
        for (int i = 0; i < 6_000; i++) {
            arrival += STEP + STEP / 10_000;
            clock.arrived(i * STEP, arrival);
            assertThat(arrival - clock.at(i * STEP)).isBetween(0L, 13_000L);
        }
    }
}

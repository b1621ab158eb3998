package io.nolook.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steady time goes on with the camera's pictures, whatever its clock tells. */
class CameraClockTest {
    private static final long SECOND = 1_000_000;
    private static final long NOON = 1_700_000_000 * SECOND;
    private static final long STEP = 40_000;

    private CameraClock clock = CameraClock.START;
    private final List<Boolean> jumps = new ArrayList<>();
    private final List<Boolean> corrected = new ArrayList<>();
    private final List<Long> steady = new ArrayList<>();

    private CameraClock.Reading read(long told) {
        return read(told, NOON);
    }

    private CameraClock.Reading read(long told, long sent) {
        CameraClock.Reading reading = clock.read(told, sent);
        clock = reading.after();
        jumps.add(reading.jumps());
        corrected.add(reading.corrected());
        steady.add(reading.steadyMicros() - NOON);
        return reading;
    }

    @Test
    void aSteadyClockIsTakenAsTold() {
        for (int i = 0; i < 5; i++) {
            assertThat(read(NOON + i * STEP).capturedAtMicros()).isEqualTo(NOON + i * STEP);
        }
        assertThat(jumps).containsOnly(false);
        assertThat(corrected).containsOnly(false);
        assertThat(steady).containsExactly(0L, STEP, 2 * STEP, 3 * STEP, 4 * STEP);
    }

    @Test
    void anHourAheadAndBackAreTwoJumps() {
        read(NOON);
        read(NOON + STEP);
        assertThat(read(NOON + 2 * STEP + 3599 * SECOND).capturedAtMicros()).isEqualTo(NOON + 2 * STEP + 3599 * SECOND);
        read(NOON + 3 * STEP);
        read(NOON + 4 * STEP);
        assertThat(jumps).containsExactly(false, false, true, true, false);
        assertThat(steady).containsExactly(0L, STEP, 2 * STEP, 3 * STEP, 4 * STEP);
        assertThat(clock.jumpedMicros()).isZero();
        assertThat(corrected).containsOnly(false);
    }

    @Test
    void aClockSetBackJumpsOnce() {
        read(NOON);
        read(NOON + STEP);
        read(NOON + 2 * STEP - 7200 * SECOND);
        read(NOON + 3 * STEP - 7200 * SECOND);
        assertThat(jumps).containsExactly(false, false, true, false);
        assertThat(clock.jumpedMicros()).isEqualTo(-7200 * SECOND);
        assertThat(steady).containsExactly(0L, STEP, 2 * STEP, 3 * STEP);
    }

    @Test
    void jitterIsCorrectedAndNoJump() {
        read(NOON);
        read(NOON + STEP);
        read(NOON + STEP - SECOND);
        read(NOON + 2 * STEP);
        assertThat(jumps).containsOnly(false);
        assertThat(corrected).containsExactly(false, false, true, false);
        assertThat(steady).containsExactly(0L, STEP, STEP + 1, 2 * STEP);
    }

    @Test
    void slowCamerasAndShortPausesDoNotJump() {
        read(NOON);
        read(NOON + 60 * SECOND);
        read(NOON + 360 * SECOND);
        assertThat(jumps).as("a frame a minute, then five minutes").containsOnly(false);
        clock = CameraClock.START;
        read(NOON);
        read(NOON + STEP);
        read(NOON + STEP + 10 * SECOND);
        assertThat(jumps).as("ten seconds").containsOnly(false);
        read(NOON + STEP + 21 * SECOND);
        read(NOON + STEP + 21 * SECOND + 221 * SECOND);
        assertThat(jumps).as("21 times the last step").endsWith(false, true);
    }

    /** A camera that tells no time is given that of its records, which sampling and durations can rest on. */
    @Test
    void withoutATimeThatOfSendingIsTaken() {
        for (int i = 0; i < 4; i++) {
            assertThat(read(0, NOON + i * STEP).capturedAtMicros()).isEqualTo(NOON + i * STEP);
        }
        assertThat(steady).containsExactly(0L, STEP, 2 * STEP, 3 * STEP);
        assertThat(corrected).containsOnly(true);
        assertThat(jumps).containsOnly(false);
    }

    @Test
    void oneFrameWithoutATimeIsPutBetweenItsNeighbours() {
        read(NOON - 7200 * SECOND);
        read(NOON - 7200 * SECOND + STEP);
        assertThat(read(-1).capturedAtMicros()).isEqualTo(NOON - 7200 * SECOND + 2 * STEP);
        read(NOON - 7200 * SECOND + 3 * STEP);
        assertThat(jumps).containsOnly(false);
        assertThat(corrected).containsExactly(false, false, true, false);
    }
}

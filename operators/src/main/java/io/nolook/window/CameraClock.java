package io.nolook.window;

import java.util.concurrent.TimeUnit;

/**
 * A camera's time: what it tells, and beside it a clock that never runs back; a pure step.
 *
 * <pre>
 *   told time --+-- not positive, or over an hour after it was sent --> corrected: the time it was sent
 *               +-- before the frame it follows, by up to a second ---> corrected: one microsecond after it
 *               +-- further back, or far ahead of the usual step -----> a jump: taken as told, and counted
 *               +-- anything else ------------------------------------> as told
 *
 *   steady time = captured - jumped
 * </pre>
 *
 * <p>Far ahead is more than 10 s and more than 20 times the last usual step: a slow camera's own steps are no jumps. A
 * jump moves steady time by one usual step.
 *
 * @param lastCapturedAtMicros of the newest frame, {@link #UNKNOWN} before the first
 * @param usualStepMicros between the last two frames that no jump parted; 0 when not known
 * @param jumpedMicros sum of the jumps since numbers last began or were skipped
 */
public record CameraClock(long lastCapturedAtMicros, long usualStepMicros, long jumpedMicros) {
    /** No frame has been seen. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    /** Before the first frame. */
    static final CameraClock START = new CameraClock(UNKNOWN, 0, 0);

    private static final long FUTURE_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final long JITTER_MICROS = TimeUnit.SECONDS.toMicros(1);
    private static final long PAUSE_MICROS = TimeUnit.SECONDS.toMicros(10);
    private static final long USUAL_STEPS = 20;

    /**
     * What a frame's time is taken for.
     *
     * @param after the clock with it
     * @param corrected whether the frame's own time was replaced
     * @param jumpMicros how far the clock jumped right before it; 0 for no jump
     */
    record Reading(CameraClock after, boolean corrected, long jumpMicros) {

        long capturedAtMicros() {
            return after.lastCapturedAtMicros;
        }

        /** Of a clock that never runs back. */
        long steadyMicros() {
            return after.lastCapturedAtMicros - after.jumpedMicros;
        }

        boolean jumps() {
            return jumpMicros != 0;
        }
    }

    /**
     * @param toldMicros the frame's own capture time
     * @param sentAtMicros when it was sent, or else received
     */
    Reading read(long toldMicros, long sentAtMicros) {
        boolean plausible = toldMicros > 0 && toldMicros <= sentAtMicros + FUTURE_MICROS;
        if (lastCapturedAtMicros == UNKNOWN) {
            long time = plausible ? toldMicros : sentAtMicros;
            return new Reading(new CameraClock(time, 0, 0), !plausible, 0);
        }
        long time = plausible ? toldMicros : instead(sentAtMicros);
        long step = time - lastCapturedAtMicros;
        if (jumps(step)) {
            long jump = step - Math.max(1, usualStepMicros);
            return new Reading(new CameraClock(time, usualStepMicros, jumpedMicros + jump), !plausible, jump);
        }
        if (step < 0) {
            long next = lastCapturedAtMicros + 1;
            return new Reading(new CameraClock(next, usualStepMicros, jumpedMicros), true, 0);
        }
        long usual = step > 0 ? step : usualStepMicros;
        return new Reading(new CameraClock(time, usual, jumpedMicros), !plausible, 0);
    }

    /** For a frame without a time of its own: when it was sent, if that can follow; else one usual step on. */
    private long instead(long sentAtMicros) {
        long step = sentAtMicros - lastCapturedAtMicros;
        return step >= 0 && step <= PAUSE_MICROS ? sentAtMicros : lastCapturedAtMicros + Math.max(1, usualStepMicros);
    }

    private boolean jumps(long step) {
        boolean farAhead = usualStepMicros > 0 && step > Math.max(PAUSE_MICROS, USUAL_STEPS * usualStepMicros);
        return step < -JITTER_MICROS || farAhead;
    }
}

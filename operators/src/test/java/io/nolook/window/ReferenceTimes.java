package io.nolook.window;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The rule of times, a second time.
 *
 * <p>A frame has the time that its camera tells, unless that is not after 1970, or more than an hour after it was
 * sent. Then it has the time at which it was sent, if that is at most 10 s after the frame it follows, else one usual
 * step more than that one. A time up to a second before the frame it follows becomes one microsecond after it. One
 * further back is a jump of the clock, and so is one ahead by more than 10 s and more than 20 usual steps, where a
 * usual step is the last that was neither nothing nor a jump. A jump moves steady time by one usual step.
 */
final class ReferenceTimes {
    private static final long HOUR_MICROS = 3_600_000_000L;
    private static final long SECOND_MICROS = 1_000_000;

    private ReferenceTimes() {}

    /** The time of a frame of a run, of which the newest one before it is given. */
    static void tell(SeenFrame it, Optional<SeenFrame> before) {
        long sent = TimeUnit.MILLISECONDS.toMicros(
                it.frame.sentAtMillis() == Long.MAX_VALUE ? it.arrivedMillis : it.frame.sentAtMillis());
        long told = it.frame.capturedAtMicros();
        boolean plausible = told > 0 && told <= sent + HOUR_MICROS;
        if (it.beginsRun) {
            it.timeMicros = plausible ? told : sent;
            return;
        }
        SeenFrame last = before.orElseThrow();
        long usual = Math.max(1, last.usualStepMicros);
        boolean soon = sent >= last.timeMicros && sent <= last.timeMicros + 10 * SECOND_MICROS;
        long time = plausible ? told : soon ? sent : last.timeMicros + usual;
        long step = time - last.timeMicros;
        boolean back = step < -SECOND_MICROS;
        boolean ahead = last.usualStepMicros > 0 && step > 10 * SECOND_MICROS && step > 20 * last.usualStepMicros;
        it.jumpMicros = back || ahead ? step - usual : 0;
        it.jumpedMicros = last.jumpedMicros + it.jumpMicros;
        it.timeMicros = step < 0 && !back ? last.timeMicros + 1 : time;
        it.usualStepMicros = step > 0 && !ahead ? step : last.usualStepMicros;
    }
}

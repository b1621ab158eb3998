package io.nolook.flink.stream;

import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** Lets the clock of a harness go on as a real one does: a jump is what a task sees that was blocked. */
public final class PassingTime {
    private static final long STEP_MILLIS = 500;

    private PassingTime() {}

    /** From the time that the harness has, at least 0, to this one. */
    public static void to(AbstractStreamOperatorTestHarness<?> harness, long millis) throws Exception {
        long now = Math.max(0, harness.getProcessingTime());
        while (now < millis) {
            now = Math.min(millis, now + STEP_MILLIS);
            harness.setProcessingTime(now);
        }
    }
}

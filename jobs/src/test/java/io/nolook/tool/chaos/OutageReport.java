package io.nolook.tool.chaos;

import io.nolook.verification.Fate;
import java.util.List;
import java.util.Map;

/**
 * What a fleet went through and what came of it, as it is written to JSON.
 *
 * @param plan what was to happen
 * @param faults by kind
 * @param cameras by id
 * @param chunks token frames as cameras' outages show in them
 * @param verified whether the verifier found every frame in its place
 * @param frames by what became of them
 * @param stopMillis from SIGTERM to the fleet's end
 */
record OutageReport(
        Plan plan,
        List<Faults> faults,
        Map<String, Camera> cameras,
        Chunks chunks,
        boolean verified,
        Map<Fate, Long> frames,
        long stopMillis) {

    /**
     * What is to happen.
     *
     * @param drops connections that are reset amid a picture
     * @param rounds of every other camera's fault
     * @param refusedSeconds that a camera's port is closed
     * @param stalledSeconds that a camera sends nothing, connected
     * @param awaySeconds that the broker is away
     */
    record Plan(int drops, int rounds, int refusedSeconds, int stalledSeconds, int awaySeconds) {
        static final Plan SHORT = new Plan(10, 1, 2, 3, 30);
        static final Plan LONG = new Plan(200, 10, 10, 5, 300);

        /** What a test run is asked for: {@code -Doutage.form=long}, else the short one. */
        static Plan asked() {
            return System.getProperty("outage.form", "short").equals("long") ? LONG : SHORT;
        }
    }

    /**
     * Faults of one kind.
     *
     * @param medianBackMillis from the end of the fault to a new frame on the topic, of the camera that is slowest to come
     * @param slowestBackMillis the same, of the slowest fault
     */
    record Faults(String kind, int count, long medianBackMillis, long slowestBackMillis) {}

    /**
     * One camera.
     *
     * @param frames on the topic
     * @param missing numbers that are not
     * @param reconnects as the fleet counted them: one number each
     * @param dropped as the fleet counted them: too many for the time that the broker was away
     */
    record Camera(long frames, long missing, long reconnects, long dropped) {}

    /**
     * Token frames.
     *
     * @param count of them
     * @param afterGap keyframes that begin a clip behind missing numbers: one for each hole
     * @param longestStepMillis between two frames of one chunk, by their capture times
     */
    record Chunks(long count, long afterGap, long longestStepMillis) {}
}

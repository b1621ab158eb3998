package io.nolook.cluster;

import java.util.Map;
import java.util.Optional;

/**
 * A job as its JobManager tells of it.
 *
 * @param id 32 hexadecimal digits
 * @param name in Flink's pages
 * @param state Flink's word: RUNNING, RESTARTING, FINISHED, ...
 * @param sinceMillis when it came into that state, milliseconds since 1970
 * @param checkpoint when its newest completed checkpoint was begun, milliseconds since 1970; empty before the first
 * @param restarts how often it was started again, as far as the JobManager that answers knows
 * @param parameters what the job says of itself, such as its transaction prefix
 */
public record ClusterJob(
        String id,
        String name,
        String state,
        long sinceMillis,
        Optional<Long> checkpoint,
        long restarts,
        Map<String, String> parameters) {

    /** Whether it holds slots or wants to: it runs, starts, or is being stopped. */
    public boolean lives() {
        return switch (state) {
            case "FINISHED", "CANCELED", "FAILED" -> false;
            default -> true;
        };
    }

    public boolean runs() {
        return state.equals("RUNNING");
    }

    /** Whether people mean this one: by its id, its name, or its name without {@code nolook-}. */
    boolean isCalled(String job) {
        return id.equals(job) || name.equals(job) || name.equals("nolook-" + job);
    }
}

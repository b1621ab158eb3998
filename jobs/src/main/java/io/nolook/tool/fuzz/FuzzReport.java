package io.nolook.tool.fuzz;

import java.util.List;
import java.util.Map;

/**
 * What came of the inputs, as it is written to JSON.
 *
 * @param passed no crash, none too slow, every one accounted for
 * @param seed of the mutations
 * @param inputs in all
 * @param decoded that became frames
 * @param deadLettered by code
 * @param crashes inputs that threw anything else
 * @param tooSlow inputs that took more than {@code mostCpuMillis} of one thread
 * @param mostCpuMillis limit of CPU time
 * @param slowestCpuMillis the most that any took
 * @param mostAllocatedBytes the most heap that any allocated
 * @param failures the first crashes and slow inputs, in words
 */
public record FuzzReport(
        boolean passed,
        long seed,
        long inputs,
        long decoded,
        Map<String, Long> deadLettered,
        long crashes,
        long tooSlow,
        long mostCpuMillis,
        double slowestCpuMillis,
        long mostAllocatedBytes,
        List<String> failures) {}

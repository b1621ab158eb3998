package io.nolook.tool.verify;

import io.nolook.verification.Fate;
import io.nolook.verification.Fault;
import io.nolook.verification.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What verification found, as it is written to JSON.
 *
 * @param passed whether no camera has a fault
 * @param tokenizerId of the model that recomputed the tokens
 * @param runtimeId of this machine; tokens of another runtime may differ in rare bits
 * @param extent which frames were looked at
 * @param received frames in all
 * @param frames by what became of them
 * @param faults by kind
 * @param tokenFrames that were recomputed and compared
 * @param tombstones records without a value
 * @param cameras each by itself
 */
public record VerifyReport(
        boolean passed,
        String tokenizerId,
        String runtimeId,
        TopicVerification.Extent extent,
        long received,
        Map<Fate, Long> frames,
        Map<Fault, Long> faults,
        long tokenFrames,
        Tombstones tombstones,
        List<Camera> cameras) {

    /** Records without a value, by topic: those among the frames are dead letters of the job, others say nothing. */
    public record Tombstones(long frames, long tokens, long deadLetters) {

        /** In all. */
        public long all() {
            return frames + tokens + deadLetters;
        }
    }

    /** One camera's share; {@code examples} are its first faults in words. */
    public record Camera(
            String camera,
            boolean passed,
            long received,
            Map<Fate, Long> frames,
            Map<Fault, Long> faults,
            long tokenFrames,
            long laterTokenFrames,
            List<String> examples) {}

    static VerifyReport of(
            String tokenizerId,
            String runtimeId,
            TopicVerification.Extent extent,
            Map<String, Verdict> verdicts,
            Tombstones tombstones) {
        Map<Fate, Long> frames = new EnumMap<>(Fate.class);
        Map<Fault, Long> faults = new EnumMap<>(Fault.class);
        List<Camera> cameras = new ArrayList<>();
        long tokenFrames = 0;
        for (Map.Entry<String, Verdict> entry : verdicts.entrySet()) {
            Verdict verdict = entry.getValue();
            verdict.fates().forEach((fate, count) -> frames.merge(fate, count, Long::sum));
            verdict.faults().forEach((fault, count) -> faults.merge(fault, count, Long::sum));
            tokenFrames += verdict.tokenFrames();
            cameras.add(new Camera(
                    entry.getKey(),
                    verdict.passed(),
                    sum(verdict.fates()),
                    verdict.fates(),
                    verdict.faults(),
                    verdict.tokenFrames(),
                    verdict.laterTokenFrames(),
                    verdict.examples()));
        }
        boolean passed = verdicts.values().stream().allMatch(Verdict::passed);
        return new VerifyReport(
                passed, tokenizerId, runtimeId, extent, sum(frames), frames, faults, tokenFrames, tombstones, cameras);
    }

    private static long sum(Map<Fate, Long> fates) {
        return fates.values().stream().mapToLong(Long::longValue).sum();
    }
}

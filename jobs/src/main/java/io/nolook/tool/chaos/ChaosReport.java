package io.nolook.tool.chaos;

import io.nolook.tool.verify.ReaderReport;
import io.nolook.tool.verify.VerifyReport;
import java.util.List;
import java.util.Map;

/**
 * What was done and what came of it, as it is written to JSON.
 *
 * @param passed whether every frame and token was in its place, and the cluster came back each time
 * @param seed of the schedule
 * @param minutes of faults
 * @param cameras and frames a second of each
 * @param framesSent misdeeds included
 * @param kinds of faults that were done
 * @param hitRunningBatches faults that met batches in the model
 * @param hitOpenTransactions faults that met token frames not committed yet
 * @param leftOut kinds that could not be done here, and why
 * @param misdeeds of the cameras
 * @param faults in order
 * @param renewedProducers transactional ids whose epochs ran out, so that the broker gave them another producer
 * @param verdict of the verifier
 * @param readers what the jobs that read tokens made of them
 */
public record ChaosReport(
        boolean passed,
        long seed,
        double minutes,
        Cameras cameras,
        long framesSent,
        long kinds,
        long hitRunningBatches,
        long hitOpenTransactions,
        Map<FaultKind, String> leftOut,
        Map<String, Long> misdeeds,
        List<Fault> faults,
        long renewedProducers,
        VerifyReport verdict,
        ReaderReport readers) {

    /** The load. */
    public record Cameras(int count, int framesPerSecond) {}

    /**
     * One fault.
     *
     * @param kind what was done
     * @param atSeconds since the start
     * @param overSeconds since the start: when it was over, a killed process started again
     * @param target of it
     * @param chunksRunning in the model at most 0.2 s before, -1 when nobody could tell
     * @param openTokens records in open transactions right before
     * @param checkpointMillis from the end of the fault to the next completed checkpoint
     * @param caughtUpMillis from the end of the fault until no more frames waited than two checkpoints' worth
     */
    public record Fault(
            FaultKind kind,
            double atSeconds,
            double overSeconds,
            String target,
            long chunksRunning,
            long openTokens,
            long checkpointMillis,
            long caughtUpMillis) {}
}

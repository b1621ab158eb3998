package io.nolook.tool.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of token frames in the jobs that read them, as it is written to JSON.
 *
 * @param passed whether there is no fault
 * @param tokenFrames that were committed
 * @param archived of them that were found in the archive, each once
 * @param scores recomputed and found
 * @param actions beginnings and ends, recomputed and found
 * @param generated of the generating job; null where none ran
 * @param faults how many
 * @param examples the first of them, in words
 */
public record ReaderReport(
        boolean passed,
        long tokenFrames,
        long archived,
        long scores,
        long actions,
        @Nullable Generated generated,
        long faults,
        List<String> examples) {

    /**
     * Of a generating job, recomputed and found.
     *
     * @param surprises one for each token frame
     * @param anomalies beginnings and ends
     * @param samples token frames of samples, with those that they continue
     */
    public record Generated(long surprises, long anomalies, long samples) {}
}

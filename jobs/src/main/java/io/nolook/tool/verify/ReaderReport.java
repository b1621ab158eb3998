package io.nolook.tool.verify;

import java.util.List;

/**
 * What became of token frames in the jobs that read them, as it is written to JSON.
 *
 * @param passed whether there is no fault
 * @param tokenFrames that were committed
 * @param archived of them that were found in the archive, each once
 * @param scores recomputed and found
 * @param actions beginnings and ends, recomputed and found
 * @param faults how many
 * @param examples the first of them, in words
 */
public record ReaderReport(
        boolean passed,
        long tokenFrames,
        long archived,
        long scores,
        long actions,
        long faults,
        List<String> examples) {}

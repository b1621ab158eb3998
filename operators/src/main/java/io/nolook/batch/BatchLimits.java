package io.nolook.batch;

/**
 * How large a batch may be and how long work may wait.
 *
 * @param size most chunks in one batch, 1 to 256
 * @param maxDelayMillis longest wait of the oldest chunk for a fuller batch, at least 0
 * @param queue most chunks that wait, at least {@code size}
 */
public record BatchLimits(int size, long maxDelayMillis, int queue) {

    public BatchLimits {
        if (size < 1 || size > 256) {
            throw new IllegalArgumentException("batch.size: found " + size + ", expected 1 to 256");
        }
        if (maxDelayMillis < 0) {
            throw new IllegalArgumentException(
                    "batch.max-delay: found " + maxDelayMillis + " ms, expected at least 0 ms");
        }
        if (queue < size) {
            throw new IllegalArgumentException(
                    "batch.queue: found " + queue + ", expected at least batch.size = " + size);
        }
    }
}

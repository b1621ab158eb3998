package io.nolook.window;

/**
 * What a camera's window needs to know; checked.
 *
 * @param model identity of the encoder; another one begins a new clip
 * @param chunkFrames T, frames of a model step, at least 1
 * @param history P, whole chunks that rebuild the activations, at least 0
 * @param keyframeInterval token frames from a keyframe to the next, at least 1
 * @param sampleIntervalMicros slot of capture time of which one frame is taken; 0 takes all
 * @param epochResetAfterMillis how long only lower epochs arrive before one is accepted
 * @param freshnessMillis age from which frames are skipped until they are half as old; 0 skips none
 */
public record WindowSpec(
        String model,
        int chunkFrames,
        int history,
        int keyframeInterval,
        long sampleIntervalMicros,
        long epochResetAfterMillis,
        long freshnessMillis) {

    /** With no frame too old. */
    public WindowSpec(
            String model,
            int chunkFrames,
            int history,
            int keyframeInterval,
            long sampleIntervalMicros,
            long epochResetAfterMillis) {
        this(model, chunkFrames, history, keyframeInterval, sampleIntervalMicros, epochResetAfterMillis, 0);
    }

    public WindowSpec {
        require(chunkFrames >= 1, "chunkFrames", chunkFrames, "at least 1");
        require(history >= 0, "history", history, "at least 0");
        require(keyframeInterval >= 1, "keyframe.interval", keyframeInterval, "at least 1");
        require(sampleIntervalMicros >= 0, "frame.rate", sampleIntervalMicros, "an interval of at least 0 us");
        require(epochResetAfterMillis >= 0, "epoch.reset-after", epochResetAfterMillis, "at least 0 ms");
        require(freshnessMillis >= 0, "overload.freshness", freshnessMillis, "at least 0 ms");
    }

    private static void require(boolean holds, String key, long found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(key + ": found " + found + ", expected " + expected);
        }
    }
}

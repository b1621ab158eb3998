package io.nolook.window;

import io.nolook.identity.MadeWith;

/**
 * What a camera's window needs to know; checked.
 *
 * @param madeWith encoder, runtime, size and fit; another one begins a new clip
 * @param chunkFrames T, frames of a model step, at least 1
 * @param history P, whole chunks that rebuild the activations, at least 0
 * @param keyframeInterval token frames from a keyframe to the next, at least 1
 * @param sampleIntervalMicros slot of capture time of which one frame is taken; 0 takes all
 * @param epochResetAfterMillis how long only frames that are late or too far ahead arrive before one is accepted
 * @param maxAhead most sequence numbers that may be missing before a frame
 * @param freshnessMillis age from which frames are skipped until they are half as old; 0 skips none
 */
public record WindowSpec(
        MadeWith madeWith,
        int chunkFrames,
        int history,
        int keyframeInterval,
        long sampleIntervalMicros,
        long epochResetAfterMillis,
        long maxAhead,
        long freshnessMillis) {

    /** With no frame too old or too far ahead, and only the model told. */
    public WindowSpec(
            String model,
            int chunkFrames,
            int history,
            int keyframeInterval,
            long sampleIntervalMicros,
            long epochResetAfterMillis) {
        this(
                MadeWith.model(model),
                chunkFrames,
                history,
                keyframeInterval,
                sampleIntervalMicros,
                epochResetAfterMillis,
                Long.MAX_VALUE,
                0);
    }

    public WindowSpec {
        require(chunkFrames >= 1, "chunkFrames", chunkFrames, "at least 1");
        require(history >= 0, "history", history, "at least 0");
        require(keyframeInterval >= 1, "keyframe.interval", keyframeInterval, "at least 1");
        require(sampleIntervalMicros >= 0, "frame.rate", sampleIntervalMicros, "an interval of at least 0 us");
        require(epochResetAfterMillis >= 0, "epoch.reset-after", epochResetAfterMillis, "at least 0 ms");
        require(maxAhead >= 1, "sequence.max-ahead", maxAhead, "at least 1");
        require(freshnessMillis >= 0, "overload.freshness", freshnessMillis, "at least 0 ms");
    }

    private static void require(boolean holds, String key, long found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(key + ": found " + found + ", expected " + expected);
        }
    }
}

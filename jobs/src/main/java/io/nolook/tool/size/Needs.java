package io.nolook.tool.size;

import io.nolook.flink.model.MemoryNeeds;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameSize;
import io.nolook.model.ModelSpec;

/**
 * What a fleet takes: the formulas of the guide on operations.
 *
 * @param cores that the model and the decoding of pictures keep at the share asked for
 * @param slots of the tokenizing job: a core each, but no more than cameras
 * @param heapBytes of a slot when all its bounds are reached, but for pictures that are decoded
 * @param liveBytes of a slot's activations, its share of the cameras active at once
 * @param stateBytes of all cameras in a checkpoint, at most
 * @param framesBytesPerSecond into the topic of frames
 * @param tokenBits of a second of all cameras, bit-packed: the archive takes at most this
 */
public record Needs(
        double cores,
        int slots,
        long heapBytes,
        long liveBytes,
        long stateBytes,
        double framesBytesPerSecond,
        double tokenBits) {

    /**
     * @param load share of a core that model and pictures may take, above 0 and at most 1: the rest is Flink's, Kafka's
     *     client's, and room for peaks
     */
    public static Needs of(Fleet fleet, ModelSpec spec, TokenizeSettings settings, FrameCost cost, double load) {
        if (!(load > 0 && load <= 1)) {
            throw new IllegalArgumentException("--load: found " + load + ", expected above 0, at most 1");
        }
        FrameSize size = settings.frameSize();
        double cores = fleet.frames() * (cost.modelMillis() + cost.pictureMillis()) / 1000 / load;
        int slots = (int) Math.min(fleet.cameras(), Math.max(1, Math.ceil(cores)));
        double tokenFrames = fleet.frames() / spec.chunkFrames();
        return new Needs(
                cores,
                slots,
                MemoryNeeds.taskHeapBytes(settings.inference(), spec, size),
                (fleet.cameras() + slots - 1L) / slots * spec.activationBytes(size),
                fleet.cameras() * spec.stateBytes(size),
                fleet.frames() * fleet.pictureBytes(),
                tokenFrames * spec.tokens(size) * spec.bits());
    }
}

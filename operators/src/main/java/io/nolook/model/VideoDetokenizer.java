package io.nolook.model;

import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An admitted decoder at one frame size: the token frames of one camera to pictures.
 *
 * <p>At a keyframe the first T-1 pictures are dropped (they repeat it); of a tail the repeats are. Owns the decoder;
 * one thread at a time.
 */
public final class VideoDetokenizer implements AutoCloseable {
    private final StreamModel<int[], byte[]> decoder;

    private VideoDetokenizer(StreamModel<int[], byte[]> decoder) {
        this.decoder = decoder;
    }

    /**
     * Admits a decoder.
     *
     * @throws ModelRefusedException when it breaks the contract; the decoder is then closed
     */
    public static VideoDetokenizer admit(StepModel<int[], byte[]> decoder, FrameSize size) {
        return new VideoDetokenizer(admitBatches(decoder, size, 1));
    }

    /**
     * Admits a decoder for many cameras at once: int [h*w] tokens to uint8 [T,H,W,3].
     *
     * @param maxBatch largest batch that will be asked for, 1 to 256
     * @throws ModelRefusedException when it breaks the contract; the decoder is then closed
     */
    public static StreamModel<int[], byte[]> admitBatches(
            StepModel<int[], byte[]> decoder, FrameSize size, int maxBatch) {
        return ModelAdmission.admit(decoder, new DecoderProbe(), size, maxBatch);
    }

    /**
     * Decodes one token frame.
     *
     * @param tokens in raster order
     * @param position since the keyframe; 0 starts the activations anew
     * @param frames how many are real, 1 to T
     * @param activations of the camera, as its last token frame left them; in and out
     */
    public List<Picture> decode(int[] tokens, int position, int frames, Activations activations) {
        int expected = spec().tokens(size());
        if (tokens.length != expected || frames < 1 || frames > spec().chunkFrames()) {
            throw new IllegalArgumentException("found " + tokens.length + " tokens of " + frames + " frames, expected "
                    + expected + " of 1 to " + spec().chunkFrames());
        }
        if (!spec().knows(tokens)) {
            throw new IllegalArgumentException("found tokens from "
                    + Arrays.stream(tokens).min().getAsInt() + " to "
                    + Arrays.stream(tokens).max().getAsInt() + ", expected 0 to " + (spec().codes() - 1));
        }
        ModelStep.Start start = position == 0 ? ModelStep.Start.ZEROS : ModelStep.Start.CURRENT;
        byte[] rgb = decoder.run(List.of(new ModelStep<>(tokens, List.of(), start, position, activations)))
                .get(0);
        return pictures(rgb, size(), spec().chunkFrames(), position, frames);
    }

    /**
     * The pictures of a step that are real: neither the repeats before a clip's first frame nor those after its last.
     *
     * @param rgb [T,H,W,3] of one step
     * @param position since the keyframe
     * @param frames how many are real, 1 to T
     */
    public static List<Picture> pictures(byte[] rgb, FrameSize size, int chunkFrames, int position, int frames) {
        int first = position == 0 ? chunkFrames - 1 : 0;
        int bytes = size.rgbBytes();
        List<Picture> pictures = new ArrayList<>();
        for (int t = first; t < Math.min(chunkFrames, first + frames); t++) {
            pictures.add(new Picture(size.width(), size.height(), Arrays.copyOfRange(rgb, t * bytes, (t + 1) * bytes)));
        }
        return pictures;
    }

    /** Activations of a camera whose clip begins. */
    public Activations newActivations() {
        return decoder.newActivations();
    }

    public ModelSpec spec() {
        return decoder.spec();
    }

    public FrameSize size() {
        return decoder.size();
    }

    @Override
    public void close() {
        decoder.close();
    }
}

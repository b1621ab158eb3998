package io.nolook.tokenizer;

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
        return new VideoDetokenizer(ModelAdmission.admit(decoder, new DecoderProbe(), size, 1));
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
        ChunkWork.Start start = position == 0 ? ChunkWork.Start.ZEROS : ChunkWork.Start.CURRENT;
        byte[] rgb = decoder.run(List.of(new ChunkWork<>(tokens, List.of(), start, activations)))
                .get(0);
        int first = position == 0 ? spec().chunkFrames() - 1 : 0;
        int bytes = size().rgbBytes();
        List<Picture> pictures = new ArrayList<>();
        for (int t = first; t < Math.min(spec().chunkFrames(), first + frames); t++) {
            pictures.add(
                    new Picture(size().width(), size().height(), Arrays.copyOfRange(rgb, t * bytes, (t + 1) * bytes)));
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

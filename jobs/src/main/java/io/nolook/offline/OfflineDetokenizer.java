package io.nolook.offline;

import io.nolook.frame.Picture;
import io.nolook.model.Activations;
import io.nolook.model.VideoDetokenizer;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import java.util.List;

/** Decodes the token frames of one camera, in order, to pictures. */
public final class OfflineDetokenizer {
    private final VideoDetokenizer detokenizer;
    private Activations activations;
    private TokenFrame last;

    /**
     * @param detokenizer stays the caller's
     */
    public OfflineDetokenizer(VideoDetokenizer detokenizer) {
        this.detokenizer = detokenizer;
        activations = detokenizer.newActivations();
    }

    /** Token frames that bring back what the decoder knows in the middle of a clip; no earlier ones matter. */
    public int history() {
        return detokenizer.spec().history();
    }

    /**
     * Goes to the middle of a clip, bit for bit as if it had been decoded from its keyframe.
     *
     * @param before the {@link #history} token frames right before the next one, or all of its clip where it has fewer
     */
    public void resume(List<TokenFrame> before) {
        activations = detokenizer.newActivations();
        for (TokenFrame frame : before) {
            detokenizer.decode(TokenFrames.tokens(frame), frame.getPosition(), frame.getFrames(), activations);
            last = frame;
        }
    }

    /**
     * The real frames of a token frame.
     *
     * @throws IllegalArgumentException when the tokens are of another tokenizer or size, or do not follow the last ones
     */
    public List<Picture> decode(TokenFrame frame) {
        String expected = detokenizer.spec().tokenizerId();
        if (!frame.getTokenizerId().equals(expected)) {
            throw new IllegalArgumentException("found tokens of tokenizer " + frame.getTokenizerId()
                    + ", expected those of " + expected + ": give its decoder with model.decoder");
        }
        boolean follows = last != null
                && last.getEpoch() == frame.getEpoch()
                && last.getClip() == frame.getClip()
                && last.getPosition() + 1 == frame.getPosition();
        if (frame.getPosition() > 0 && !follows) {
            throw new IllegalArgumentException("found token frame " + frame.getPosition() + " of clip "
                    + frame.getClip() + " without the one before it, expected to begin at a keyframe");
        }
        last = frame;
        return detokenizer.decode(TokenFrames.tokens(frame), frame.getPosition(), frame.getFrames(), activations);
    }
}

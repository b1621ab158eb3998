package io.nolook.offline;

import io.nolook.frame.Picture;
import io.nolook.model.Activations;
import io.nolook.model.VideoDetokenizer;
import io.nolook.record.TokenFrames;
import io.nolook.schema.TokenFrame;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decodes the token frames of one camera, in order, to pictures; each by its tokenizer's decoder. */
public final class OfflineDetokenizer {
    private final Function<TokenFrame, VideoDetokenizer> decoders;
    private @Nullable VideoDetokenizer detokenizer;
    private @Nullable Activations activations;
    private @Nullable TokenFrame last;

    /**
     * @param decoders the decoder of a token frame's tokenizer and size; what it gives stays the caller's, open at least
     *     until it gives another
     */
    public OfflineDetokenizer(Function<TokenFrame, VideoDetokenizer> decoders) {
        this.decoders = decoders;
    }

    /**
     * @param detokenizer of all token frames; stays the caller's
     */
    public OfflineDetokenizer(VideoDetokenizer detokenizer) {
        this(frame -> detokenizer);
    }

    /** Token frames that bring back what a token frame's decoder knows in the middle of a clip; no earlier ones matter. */
    public int history(TokenFrame frame) {
        return decoders.apply(frame).spec().history();
    }

    /**
     * Goes to the middle of a clip, bit for bit as if it had been decoded from its keyframe.
     *
     * @param before the {@link #history} token frames right before the next one, or all of its clip where it has fewer
     */
    public void resume(List<TokenFrame> before) {
        detokenizer = null;
        for (TokenFrame frame : before) {
            use(decoders.apply(frame));
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
        use(decoders.apply(frame));
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

    /** What another decoder knows is of no use to this one. */
    private void use(VideoDetokenizer wanted) {
        if (wanted != detokenizer) {
            detokenizer = wanted;
            activations = wanted.newActivations();
            last = null;
        }
    }
}

package io.nolook.sequence;

import io.nolook.token.TokenFactors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the windows of one run back into token frames: the inverse of {@link SequenceAssembler}.
 *
 * <p>Windows come in order, without one missing; the places that overlap must agree. Not thread-safe.
 */
public final class SequenceReader {

    /**
     * A token frame of a sequence.
     *
     * @param position in its clip
     * @param opening what it opening
     * @param tokens in raster order
     */
    public record Frame(int position, SequenceAssembler.Opening opening, int[] tokens) {}

    private final SequenceRun run;
    private final Vocabulary vocabulary;
    private final List<Frame> frames = new ArrayList<>();
    private int[] tail = new int[0];
    private long places;
    private int index;
    private int[] tokens = new int[0];
    private int read;
    private SequenceAssembler.Opening opening = SequenceAssembler.Opening.NOTHING;
    private boolean begun;
    private boolean ended;

    public SequenceReader(SequenceRun run, Optional<TokenFactors> factors) {
        this.run = run;
        vocabulary = new Vocabulary(run.bits(), factors);
    }

    /**
     * Reads the next window.
     *
     * @throws IllegalArgumentException when it is not the next of its run, or has ids that no run has there
     */
    public void read(TokenWindow window) {
        if (!window.run().equals(run) || window.index() != index || window.start() + window.overlap() != places) {
            throw new IllegalArgumentException("found window " + window.index() + " from place " + window.start()
                    + " of " + window.run() + ", expected window " + index + " up to place " + places + " of " + run);
        }
        int step = vocabulary.idsAPlace();
        int from = window.overlap() * step;
        boolean agrees = from <= tail.length
                && from <= window.ids().length
                && Arrays.equals(window.ids(), 0, from, tail, tail.length - from, tail.length);
        if (!agrees || window.ids().length % step != 0) {
            throw new IllegalArgumentException("found other ids in the " + window.overlap() + " places that window "
                    + index + " has of the one before, expected the same");
        }
        for (int at = from; at < window.ids().length; at += step) {
            place(window.ids(), at);
            places++;
        }
        index++;
        tail = window.ids();
    }

    /** The whole token frames read so far. */
    public List<Frame> frames() {
        return List.copyOf(frames);
    }

    /** Whether the end of the clip was read. */
    public boolean isEnded() {
        return ended;
    }

    private void place(int[] ids, int at) {
        int id = ids[at];
        if (ended) {
            require(id == Vocabulary.PADDING, id, "padding after the end of the clip");
        } else if (read < tokens.length) {
            tokens[read++] = vocabulary.token(ids, at);
            if (read == tokens.length) {
                frames.add(new Frame(run.firstPosition() + frames.size(), opening, tokens));
                opening = SequenceAssembler.Opening.NOTHING;
            }
        } else {
            special(id);
        }
    }

    private void special(int id) {
        switch (id) {
            case Vocabulary.BEGIN_CLIP -> {
                require(!begun, id, "one begin of a clip");
                opening = SequenceAssembler.Opening.CLIP;
            }
            case Vocabulary.GAP -> {
                require(opening == SequenceAssembler.Opening.CLIP, id, "a gap after the begin of a clip only");
                opening = SequenceAssembler.Opening.CLIP_AFTER_GAP;
            }
            case Vocabulary.KEYFRAME, Vocabulary.FRAME -> {
                boolean keyframe = opening != SequenceAssembler.Opening.NOTHING;
                require(keyframe == (id == Vocabulary.KEYFRAME), id, "a keyframe at the begin of a clip only");
                tokens = new int[run.tokens()];
                read = 0;
            }
            case Vocabulary.END_CLIP -> ended = true;
            default -> require(false, id, "the mark of a token frame or the end of the clip");
        }
        begun = true;
    }

    private void require(boolean holds, int id, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("found id " + id + " at place " + places + ", expected " + expected);
        }
    }
}

package io.nolook.sequence;

import io.nolook.token.PhasePeriod;

/**
 * Consecutive token frames of one clip of one camera, which a run of windows stands for.
 *
 * @param camera id
 * @param epoch of the frames
 * @param clip sequence number of the clip's first frame
 * @param tokenizerId the meaning of the codes
 * @param height rows of the token grid
 * @param width columns of the token grid
 * @param bits a token
 * @param phasePeriod what a token means depends on its position modulo this, 1 to {@value PhasePeriod#MOST}
 * @param firstPosition of its first token frame; 0 unless the clip's start is missing
 */
public record SequenceRun(
        String camera,
        long epoch,
        long clip,
        String tokenizerId,
        int height,
        int width,
        int bits,
        int phasePeriod,
        int firstPosition) {

    public SequenceRun {
        PhasePeriod.checked(phasePeriod);
        if (height < 1 || width < 1 || (long) height * width > 1 << 24 || firstPosition < 0) {
            throw new IllegalArgumentException("found a grid of " + width + "x" + height + " from position "
                    + firstPosition + ", expected 1 to 2^24 tokens from 0");
        }
    }

    /** Tokens of a token frame. */
    public int tokens() {
        return height * width;
    }
}

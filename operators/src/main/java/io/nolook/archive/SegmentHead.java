package io.nolook.archive;

import io.nolook.token.PhasePeriod;

/**
 * What all token frames of a segment share.
 *
 * @param camera id
 * @param epoch of the frames
 * @param clip sequence number of the clip's first frame
 * @param provenance what made the tokens
 * @param grid shape of a token frame
 * @param fit name of how pictures were brought to the model size
 * @param phasePeriod what a token means depends on its position modulo this, 1 to {@value PhasePeriod#MOST}
 */
public record SegmentHead(
        String camera, long epoch, long clip, Provenance provenance, TokenGrid grid, String fit, int phasePeriod) {

    public SegmentHead {
        PhasePeriod.checked(phasePeriod);
    }
}

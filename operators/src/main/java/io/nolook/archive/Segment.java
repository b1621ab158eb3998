package io.nolook.archive;

import java.util.List;

/**
 * Consecutive token frames of one clip; checked.
 *
 * @param head what they share
 * @param end why it ends
 * @param steps in order, at least one, positions without gaps; the first is the keyframe unless the clip was cut
 */
public record Segment(SegmentHead head, SegmentEnd end, List<TokenStep> steps) {

    public Segment {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("found no token frame, expected at least one in a segment");
        }
        int expected = steps.get(0).position();
        for (TokenStep step : steps) {
            if (step.position() != expected++) {
                throw new IllegalArgumentException("found token frame " + step.position() + " of clip " + head.clip()
                        + ", expected " + (expected - 1) + ": a segment has no holes");
            }
            if (step.tokens().length != head.grid().tokens()) {
                throw new IllegalArgumentException("found " + step.tokens().length + " tokens, expected "
                        + head.grid().tokens() + " of a token frame");
            }
        }
    }

    public TokenStep first() {
        return steps.get(0);
    }

    public TokenStep last() {
        return steps.get(steps.size() - 1);
    }
}

package io.nolook.replay;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.Segment;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.archive.SegmentHead;
import io.nolook.archive.TokenStep;
import io.nolook.model.VideoDetokenizer;
import io.nolook.offline.Decoders;

/** Whether segments decode: all tokens, and the first token frame to pictures; one thread. */
public final class SegmentPictures implements ArchiveCensus.Check {
    private final Decoders decoders;

    /**
     * @param decoders stay the caller's
     */
    public SegmentPictures(Decoders decoders) {
        this.decoders = decoders;
    }

    @Override
    public void check(CodedSegment coded) throws SegmentException {
        Segment segment = SegmentCoder.decode(coded);
        TokenStep first = segment.first();
        try {
            SegmentHead head = segment.head();
            VideoDetokenizer decoder = decoders.of(
                    head.provenance().tokenizerId(),
                    head.grid().height(),
                    head.grid().width());
            decoder.decode(first.tokens(), first.position(), first.span().frames(), decoder.newActivations());
        } catch (RuntimeException e) { // whatever a decoder has against it is told, and the next segment looked at
            throw new SegmentException(coded.name() + ": cannot be decoded to pictures: " + e.getMessage(), e);
        }
    }
}

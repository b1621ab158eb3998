package io.nolook.archive;

/**
 * What a segment says in plain, without what is coded.
 *
 * @param head what all token frames share
 * @param end name of why it ends
 * @param extent what it spans
 * @param codec number of the {@link PayloadCodec}
 */
public record SegmentOutline(SegmentHead head, String end, CodedSegment.Extent extent, int codec) {

    /** Names the segment, for people: camera, epoch, clip, first position. */
    public String name() {
        return "segment " + head.camera() + "/" + head.epoch() + "/" + head.clip() + "/" + extent.firstPosition();
    }
}

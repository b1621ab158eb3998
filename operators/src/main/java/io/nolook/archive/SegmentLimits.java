package io.nolook.archive;

/**
 * How large a segment may grow; checked. No segment grows beyond {@link SegmentCoder#mostTokenFrames}.
 *
 * @param tokenFrames most of them, 1 to {@value SegmentCoder#MOST_TOKEN_FRAMES}
 * @param bytes most of their records before coding; one token frame is a segment however large it is
 */
public record SegmentLimits(int tokenFrames, long bytes) {

    public SegmentLimits {
        if (tokenFrames < 1 || tokenFrames > SegmentCoder.MOST_TOKEN_FRAMES) {
            throw new IllegalArgumentException(
                    "found " + tokenFrames + " token frames, expected 1 to " + SegmentCoder.MOST_TOKEN_FRAMES);
        }
        if (bytes < 1 || bytes > SegmentCoder.MOST_TOKEN_BYTES) {
            throw new IllegalArgumentException(
                    "found " + bytes + " bytes, expected 1 to " + SegmentCoder.MOST_TOKEN_BYTES);
        }
    }
}

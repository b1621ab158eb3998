package io.nolook.page.picture;

import io.nolook.frame.Picture;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.schema.TokenFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one token frame of a camera after another, over as few others as that takes; one thread. It holds the pictures of the
 * last one.
 *
 * <p>It goes on from the last one that it decoded where that is near, else from the {@link OfflineDetokenizer#history}
 * token frames before the newest.
 */
final class CameraDecoder {
    private final OfflineDetokenizer detokenizer;
    private @Nullable TokenFrame last;
    private List<Picture> pictures = List.of();

    CameraDecoder(OfflineDetokenizer detokenizer) {
        this.detokenizer = detokenizer;
    }

    /** Token frames before one that are enough to decode it, where its clip has as many: at least the one before it. */
    int history(TokenFrame frame) {
        return Math.max(1, detokenizer.history(frame));
    }

    /**
     * The pictures of the last one of some token frames.
     *
     * @param frames of one clip, one after the other: at least one
     * @throws IllegalArgumentException when they cannot be decoded
     */
    List<Picture> last(List<TokenFrame> frames) {
        int end = frames.size() - 1;
        TokenFrame newest = frames.get(end);
        if (newest.equals(last)) {
            return pictures;
        }
        int history = history(newest);
        int next = next(frames);
        last = null; // what fails leaves nothing to go on from
        if (next < 0 || end - next > history) {
            int from = Math.max(0, end - history);
            if (frames.get(from).getPosition() > 0 && end - from < history) {
                throw new IllegalArgumentException("found " + (end + 1) + " token frames of the clip, expected "
                        + (history + 1) + " or its keyframe");
            }
            if (from > 0 || frames.get(0).getPosition() > 0) {
                detokenizer.resume(frames.subList(from, end));
                next = end;
            } else {
                next = 0;
            }
        }
        for (TokenFrame frame : frames.subList(next, end + 1)) {
            pictures = detokenizer.decode(frame);
        }
        last = newest;
        return pictures;
    }

    /** Index of the first that has not been decoded; -1 where the last one decoded is none of them. */
    private int next(List<TokenFrame> frames) {
        if (last == null) {
            return -1;
        }
        for (int i = frames.size() - 1; i >= 0; i--) {
            if (frames.get(i).getPosition() == last.getPosition()
                    && frames.get(i).equals(last)) {
                return i + 1 < frames.size() ? i + 1 : -1;
            }
        }
        return -1;
    }
}

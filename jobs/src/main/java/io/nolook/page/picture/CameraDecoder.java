package io.nolook.page.picture;

import io.nolook.frame.Picture;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.page.live.LiveClip;
import io.nolook.schema.TokenFrame;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the newest token frame of one camera, over as few others as that takes; one thread.
 *
 * <p>It goes on from the last one that it decoded where that is near, else from the {@link OfflineDetokenizer#history}
 * token frames before the newest.
 */
final class CameraDecoder {
    private final OfflineDetokenizer detokenizer;
    private @Nullable TokenFrame last;

    CameraDecoder(OfflineDetokenizer detokenizer) {
        this.detokenizer = detokenizer;
    }

    /**
     * What a picture shows.
     *
     * @param capturedMillis capture time of its frame, since 1970
     */
    record Decoded(Picture picture, long capturedMillis) {}

    /**
     * The last picture of the newest token frame.
     *
     * @param clip with at least one token frame
     * @throws IllegalArgumentException when they cannot be decoded
     */
    Decoded newest(LiveClip clip) {
        List<TokenFrame> frames = clip.frames();
        int end = frames.size() - 1;
        TokenFrame newest = frames.get(end);
        int history = detokenizer.history(newest);
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
        List<Picture> pictures = List.of();
        for (TokenFrame frame : frames.subList(next, end + 1)) {
            pictures = detokenizer.decode(frame);
        }
        last = newest;
        return new Decoded(
                pictures.get(pictures.size() - 1), TimeUnit.MICROSECONDS.toMillis(newest.getLastCapturedAtMicros()));
    }

    /** Index of the first that has not been decoded; -1 where the last one decoded is none of them. */
    private int next(List<TokenFrame> frames) {
        if (last == null) {
            return -1;
        }
        for (int i = frames.size() - 1; i >= 0; i--) {
            TokenFrame frame = frames.get(i);
            if (frame.getEpoch() == last.getEpoch()
                    && frame.getClip() == last.getClip()
                    && frame.getPosition() == last.getPosition()) {
                return i + 1 < frames.size() ? i + 1 : -1;
            }
        }
        return -1;
    }
}

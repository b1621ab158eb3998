package io.nolook.replay;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.flink.ArchiveSegments;
import io.nolook.schema.TokenFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The token frames of a stretch of an archive, from the keyframe that it needs on. */
public final class Replay {

    /**
     * A real frame's share of a token frame's time.
     *
     * @param frame the token frame
     * @param index of the real frame in it
     * @return microseconds since 1970; between the first and the last frame evenly
     */
    public static long capturedAtMicros(TokenFrame frame, int index) {
        long first = frame.getFirstCapturedAtMicros();
        long last = frame.getLastCapturedAtMicros();
        return frame.getFrames() == 1 ? first : first + (last - first) * index / (frame.getFrames() - 1);
    }

    private Replay() {}

    /**
     * Decodes segments; one that cannot be, and what follows of its clip, is left out.
     *
     * @param damaged is told why
     */
    public static List<TokenFrame> frames(List<CodedSegment> segments, long toMicros, Consumer<String> damaged) {
        List<TokenFrame> frames = new ArrayList<>();
        for (CodedSegment segment : segments) {
            try {
                for (TokenFrame frame : ArchiveSegments.frames(SegmentCoder.decode(segment))) {
                    if (frame.getPosition() == 0 || follows(frames, frame)) {
                        if (frame.getFirstCapturedAtMicros() <= toMicros) {
                            frames.add(frame);
                        }
                    }
                }
            } catch (SegmentException e) {
                damaged.accept(e.getMessage());
            }
        }
        return frames;
    }

    private static boolean follows(List<TokenFrame> frames, TokenFrame frame) {
        if (frames.isEmpty()) {
            return false;
        }
        TokenFrame last = frames.get(frames.size() - 1);
        return last.getEpoch() == frame.getEpoch()
                && last.getClip() == frame.getClip()
                && last.getPosition() + 1 == frame.getPosition();
    }
}

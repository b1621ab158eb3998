package io.nolook.replay;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.Segment;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.record.ArchiveSegments;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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

    /** Takes token frames one by one. */
    @FunctionalInterface
    public interface Each {
        void frame(TokenFrame frame) throws IOException;
    }

    /**
     * Decodes segment after segment; one that cannot be, and what follows of its clip, is left out.
     *
     * @param damaged is told why
     */
    public static void run(List<CodedSegment> segments, long toMicros, Consumer<String> damaged, Each each)
            throws IOException {
        Optional<TokenFrame> last = Optional.empty();
        for (CodedSegment coded : segments) {
            Segment segment;
            try {
                segment = SegmentCoder.decode(coded);
            } catch (SegmentException e) {
                damaged.accept(e.getMessage());
                continue;
            }
            for (TokenFrame frame : ArchiveSegments.frames(segment)) {
                boolean decodable = frame.getPosition() == 0 || follows(last, frame);
                if (decodable && frame.getFirstCapturedAtMicros() <= toMicros) {
                    each.frame(frame);
                    last = Optional.of(frame);
                }
            }
        }
    }

    private static boolean follows(Optional<TokenFrame> last, TokenFrame frame) {
        return last.filter(before -> before.getEpoch() == frame.getEpoch()
                        && before.getClip() == frame.getClip()
                        && before.getPosition() + 1 == frame.getPosition()
                        && before.getTokenizerId().equals(frame.getTokenizerId())
                        && before.getHeight() == frame.getHeight()
                        && before.getWidth() == frame.getWidth())
                .isPresent();
    }
}

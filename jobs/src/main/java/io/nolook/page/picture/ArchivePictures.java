package io.nolook.page.picture;

import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.frame.Picture;
import io.nolook.offline.Decoders;
import io.nolook.offline.OfflineDetokenizer;
import io.nolook.page.timeline.ArchivedSegment;
import io.nolook.record.ArchiveSegments;
import io.nolook.replay.Replay;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pictures of moments of the archive, decoded from their tokens when they are asked for.
 *
 * <p>Any thread asks; one picture is made at a time. Kept are the token frames of the segments asked for last, {@value
 * #MOST_BYTES} bytes of them or one segment, and where the decoders of the {@value #MOST_CAMERAS} cameras asked for last
 * stand, 1 to 3 MiB each: what follows on in time costs no more than itself.
 */
public final class ArchivePictures implements AutoCloseable {
    private static final long MOST_BYTES = 64 << 20;
    private static final int BYTES_BESIDE_TOKENS = 800; // heap of a token frame, about
    private static final int MOST_CAMERAS = 16;

    private final ArchiveRecords records;
    private final Decoders decoders;
    private final Map<ArchivedSegment, List<TokenFrame>> segments = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, CameraDecoder> cameras = new LinkedHashMap<>(16, 0.75f, true);
    private long held;

    /**
     * A picture of the archive.
     *
     * @param picture as decoded
     * @param capturedAtMicros of the frame, microseconds since 1970
     * @param tokenFrame that it was decoded from
     */
    public record Archived(Picture picture, long capturedAtMicros, TokenFrame tokenFrame) {}

    /**
     * @param decoders this object's from now on
     */
    public ArchivePictures(ArchiveRecords records, Decoders decoders) {
        this.records = records;
        this.decoders = decoders;
    }

    /**
     * The newest frame captured by then, at most.
     *
     * @param of the segments of a clip in order; the last one holds the frame
     * @throws ArchiveRecords.GoneException when a segment is in the archive no more
     * @throws IOException saying what is wrong with a segment
     * @throws IllegalArgumentException when there is no decoder for its tokens, or the tokens before it are missing
     */
    public synchronized Archived at(List<ArchivedSegment> of, long atMicros) throws IOException {
        ArchivedSegment last = of.get(of.size() - 1);
        List<TokenFrame> newest = tokens(last);
        TokenFrame target = newest.get(0);
        for (TokenFrame frame : newest) {
            if (frame.getFirstCapturedAtMicros() <= atMicros) {
                target = frame;
            }
        }
        List<Picture> pictures = decode(of, target);
        int index = 0;
        for (int i = 0; i < pictures.size(); i++) {
            if (Replay.capturedAtMicros(target, i) <= atMicros) {
                index = i;
            }
        }
        return new Archived(pictures.get(index), Replay.capturedAtMicros(target, index), target);
    }

    private List<Picture> decode(List<ArchivedSegment> of, TokenFrame target) throws IOException {
        CameraDecoder decoder = cameras.computeIfAbsent(
                target.getCamera(), camera -> new CameraDecoder(new OfflineDetokenizer(decoders::of)));
        if (cameras.size() > MOST_CAMERAS) {
            cameras.remove(cameras.keySet().iterator().next());
        }
        int position = target.getPosition();
        return decoder.last(frames(of, Math.max(0, position - decoder.history(target)), position + 1));
    }

    /** Token frames of a clip from one position to before another. */
    private List<TokenFrame> frames(List<ArchivedSegment> of, int from, int to) throws IOException {
        List<TokenFrame> found = new ArrayList<>();
        for (ArchivedSegment segment : of) {
            int first = segment.firstPosition();
            if (first < to && first + segment.tokenFrames() > from) {
                List<TokenFrame> all = tokens(segment);
                found.addAll(all.subList(Math.max(0, from - first), Math.min(all.size(), to - first)));
            }
        }
        if (found.size() != to - from) {
            throw new IOException("found " + found.size() + " of the " + (to - from)
                    + " token frames that the picture needs, expected all: they are older than the"
                    + " timeline, or were lost");
        }
        return found;
    }

    private List<TokenFrame> tokens(ArchivedSegment segment) throws IOException {
        List<TokenFrame> known = segments.get(segment);
        if (known != null) {
            return known;
        }
        List<TokenFrame> frames;
        try {
            frames = ArchiveSegments.frames(SegmentCoder.decode(records.segment(segment)));
        } catch (SegmentException e) {
            throw new IOException(e.getMessage(), e);
        }
        segments.put(segment, frames);
        held += bytes(frames);
        while (held > MOST_BYTES && segments.size() > 1) {
            held -= bytes(segments.remove(segments.keySet().iterator().next()));
        }
        return frames;
    }

    private static long bytes(List<TokenFrame> frames) {
        return frames.stream()
                .mapToLong(frame -> BYTES_BESIDE_TOKENS + frame.getTokens().remaining())
                .sum();
    }

    @Override
    public synchronized void close() {
        decoders.close();
    }
}

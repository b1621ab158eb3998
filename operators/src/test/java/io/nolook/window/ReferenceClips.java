package io.nolook.window;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The clips and chunks that kept frames make, by the rules of {@link WindowReference}: all of them, every time. */
final class ReferenceClips {
    private final List<List<SeenFrame>> clips = new ArrayList<>();

    /** A clip begins with each frame that says so. */
    ReferenceClips(List<SeenFrame> kept) {
        for (SeenFrame of : kept) {
            if (of.beginsClip != null) {
                clips.add(new ArrayList<>());
            }
            clips.get(clips.size() - 1).add(of);
        }
    }

    /** The chunks that are complete, but for the first {@code from} of them. */
    List<Chunk> chunks(int from) {
        List<Chunk> chunks = new ArrayList<>();
        int n = 0;
        for (int c = 0; c < clips.size(); c++) {
            List<List<SeenFrame>> groups = groups(clips.get(c));
            for (int g = 0; g < groups.size(); g++) {
                if (complete(groups.get(g), g == 0, c < clips.size() - 1) && n++ >= from) {
                    chunks.add(chunk(clips.get(c), groups.get(g), g, before(c)));
                }
            }
        }
        return chunks;
    }

    /** The chunk right before a clip that says what it follows. */
    private Optional<Chunk.Place> before(int c) {
        if (!clips.get(c).get(0).follows) {
            return Optional.empty();
        }
        List<SeenFrame> last = clips.get(c - 1);
        return Optional.of(
                new Chunk.Place(last.get(0).frame.sequence(), groups(last).size() - 1));
    }

    /** The frames of the newest chunk while it is not complete. */
    List<SeenFrame> unfinished() {
        if (clips.isEmpty()) {
            return List.of();
        }
        List<List<SeenFrame>> groups = groups(clips.get(clips.size() - 1));
        List<SeenFrame> last = groups.get(groups.size() - 1);
        return complete(last, groups.size() == 1, false) ? List.of() : last;
    }

    /** Chunks of the newest clip that are complete. */
    int position() {
        return groups(clips.get(clips.size() - 1)).size() - (unfinished().isEmpty() ? 0 : 1);
    }

    /** Chunks of a clip: its first frame alone, then T by T; what is cut ends earlier. */
    private static List<List<SeenFrame>> groups(List<SeenFrame> clip) {
        List<List<SeenFrame>> groups = new ArrayList<>();
        boolean full = true;
        for (SeenFrame of : clip) {
            if (full) {
                groups.add(new ArrayList<>());
            }
            List<SeenFrame> group = groups.get(groups.size() - 1);
            group.add(of);
            full = groups.size() == 1 || group.size() == clip.get(0).chunkFrames || of.cut;
        }
        return groups;
    }

    /** A chunk is complete when it is a keyframe that does not wait, has T frames, was cut, or its clip is over. */
    private static boolean complete(List<SeenFrame> group, boolean keyframe, boolean clipIsOver) {
        SeenFrame last = group.get(group.size() - 1);
        return clipIsOver || last.cut || (keyframe ? !last.waits : group.size() == last.chunkFrames);
    }

    /** A keyframe has T copies of its frame; another chunk its frames, the last one again and again up to T. */
    private static byte[] pixels(List<SeenFrame> group, boolean keyframe, int chunkFrames) {
        byte[] pixels = new byte[0];
        for (int t = 0; t < chunkFrames; t++) {
            byte[] frame = group.get(keyframe || t >= group.size() ? group.size() - 1 : t)
                    .frame
                    .rgb();
            byte[] longer = Arrays.copyOf(pixels, pixels.length + frame.length);
            System.arraycopy(frame, 0, longer, pixels.length, frame.length);
            pixels = longer;
        }
        return pixels;
    }

    private static Chunk chunk(
            List<SeenFrame> clip, List<SeenFrame> group, int position, Optional<Chunk.Place> before) {
        SeenFrame begin = clip.get(0);
        SeenFrame first = group.get(0);
        SeenFrame last = group.get(group.size() - 1);
        boolean keyframe = position == 0;
        return new Chunk(
                first.frame.camera(),
                first.frame.epoch(),
                begin.frame.sequence(),
                position,
                new Chunk.Span(
                        first.frame.sequence(),
                        last.frame.sequence(),
                        group.size(),
                        first.timeMicros,
                        last.timeMicros,
                        group.stream().anyMatch(SeenFrame::corrected),
                        last.jumpedMicros,
                        first.frame.sourceWidth(),
                        first.frame.sourceHeight()),
                keyframe
                        ? Optional.of(new Beginning(begin.beginsClip, begin.detail, begin.missing, before))
                        : Optional.empty(),
                new byte[0],
                pixels(group, keyframe, begin.chunkFrames));
    }
}

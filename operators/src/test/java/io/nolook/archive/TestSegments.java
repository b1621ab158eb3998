package io.nolook.archive;

import io.nolook.window.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Segments made up for tests. */
final class TestSegments {
    static final Provenance MADE_BY = new Provenance("codes-1", "ab".repeat(32), "ort/cpu/é");

    private TestSegments() {}

    /** A still scene in which some tokens change: like those of a camera. */
    static Segment camera(TokenGrid grid, int tokenFrames, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] tokens = random.ints(grid.tokens(), 0, 1 << grid.bits()).toArray();
        List<TokenStep> steps = new ArrayList<>();
        for (int i = 0; i < tokenFrames; i++) {
            int[] now = tokens.clone();
            for (int change = 0; change < grid.tokens() / 4; change++) {
                now[random.nextInt(now.length)] ^= 1 << random.nextInt(grid.bits());
            }
            steps.add(step(i, now));
            tokens = now;
        }
        return new Segment(head("gate", 7, 40, grid), SegmentEnd.KEYFRAME, steps);
    }

    /** A still scene whose tokens, all escapes, come round after a period, but for a few codes that move. */
    static List<int[]> comingRound(TokenGrid grid, int tokenFrames, int period, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int escape = 1 << 5 | 1 << 11 | 1 << 17;
        List<int[]> frames = new ArrayList<>();
        for (int i = 0; i < tokenFrames; i++) {
            int[] now = i < period
                    ? random.ints(grid.tokens(), 0, 1 << grid.bits())
                            .map(token -> (token | escape) & (1 << grid.bits()) - 1)
                            .toArray()
                    : frames.get(i - period).clone();
            for (int change = 0; change < grid.tokens() / 32; change++) {
                now[random.nextInt(now.length)] = random.nextInt(1 << grid.bits());
            }
            frames.add(now);
        }
        return frames;
    }

    static Segment noise(TokenGrid grid, int tokenFrames, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<TokenStep> steps = new ArrayList<>();
        for (int i = 0; i < tokenFrames; i++) {
            steps.add(step(i, random.ints(grid.tokens(), 0, 1 << grid.bits()).toArray()));
        }
        return new Segment(head("noise", 7, 40, grid), SegmentEnd.FULL, steps);
    }

    /** A clip that begins since the camera's clock jumped. */
    static List<TokenStep> steppedClock() {
        List<TokenStep> steps = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            TokenStep step = step(i, new int[] {i});
            Optional<TokenStep.Begins> begins = i > 0
                    ? Optional.empty()
                    : Optional.of(new TokenStep.Begins(
                            "INTERVAL", "clock -3600000 ms", Optional.empty(), Optional.of(new Chunk.Place(4, 59))));
            steps.add(new TokenStep(i, step.span().withClockJumped(-3_600_000_000L), begins, step.tokens()));
        }
        return steps;
    }

    static SegmentHead head(String camera, long epoch, long clip, TokenGrid grid) {
        return head(camera, epoch, clip, grid, 1);
    }

    static SegmentHead head(String camera, long epoch, long clip, TokenGrid grid, int phasePeriod) {
        return new SegmentHead(camera, epoch, clip, MADE_BY, grid, "CROP", phasePeriod);
    }

    /** Of a clip that begins with frame 40 after a gap, at 25 frames a second. */
    static TokenStep step(int position, int[] tokens) {
        long first = position == 0 ? 40 : 37 + 4L * position;
        long last = 40 + 4L * position;
        Chunk.Span span = new Chunk.Span(
                first,
                last,
                (int) (last - first + 1),
                1_700_000_000_000_000L + first * 40_000,
                1_700_000_000_000_000L + last * 40_000,
                position == 3,
                0,
                640,
                480);
        return new TokenStep(
                position,
                span,
                position == 0
                        ? Optional.of(
                                new TokenStep.Begins("GAP", "", Optional.of(new Chunk.Range(36, 39)), Optional.empty()))
                        : Optional.empty(),
                tokens);
    }
}

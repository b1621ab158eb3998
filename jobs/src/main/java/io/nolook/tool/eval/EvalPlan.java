package io.nolook.tool.eval;

import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameSize;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What to evaluate; checked.
 *
 * @param videos files, or folders of videos
 * @param size of the frames
 * @param fit how sources are brought to it
 * @param sizes others to measure as well
 * @param limitFrames most frames of a clip, 1 to {@value #MOST_FRAMES}: they are held in memory
 * @param longFrames of the looped clip; 0 leaves it out
 * @param ffmpeg runs the codecs; empty leaves them out
 * @param pictured by name, which clips get pictures
 * @param damaged is told what is missing of each clip, which may be nothing; throws to refuse it
 */
public record EvalPlan(
        List<String> videos,
        FrameSize size,
        FrameFit fit,
        List<FrameSize> sizes,
        int limitFrames,
        int longFrames,
        Optional<Ffmpeg> ffmpeg,
        Predicate<String> pictured,
        Consumer<List<String>> damaged) {
    /** Most frames of a clip or of the looped clip. */
    public static final int MOST_FRAMES = 10_000;

    public EvalPlan {
        if (limitFrames < 1 || limitFrames > MOST_FRAMES) {
            throw new IllegalArgumentException(
                    "--limit-frames: found " + limitFrames + ", expected 1 to " + MOST_FRAMES);
        }
        if (longFrames < 0 || longFrames > MOST_FRAMES) {
            throw new IllegalArgumentException("--long-frames: found " + longFrames + ", expected 0 to " + MOST_FRAMES);
        }
        videos = List.copyOf(videos);
        sizes = List.copyOf(sizes);
    }

    Clip.Limits limits() {
        return new Clip.Limits(fit, limitFrames, damaged);
    }
}

package io.nolook.tool.eval;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.nolook.frame.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A clip played over and over, far beyond the receptive field: tokens must repeat, quality must not drift.
 *
 * <p>The period is a multiple of T, and of T times the period of the model's phase, so that later rounds fall on the same
 * chunks of the same phase. Token frame 0 holds one frame alone;
 * it is past the reach of token frame k when k is above the P chunks of history, and from there on token frames one
 * period apart see the same frames, and must be equal bit for bit.
 *
 * @param clip which was looped
 * @param frames played
 * @param period frames
 * @param repeats whether the tokens did
 * @param psnrFirst of the first hundred frames or so (whole periods), dB
 * @param psnrLast of the last ones, dB
 */
public record LongClip(String clip, int frames, int period, Repeats repeats, double psnrFirst, double psnrLast) {
    private static final int MOST_PERIOD = 100;
    private static final int ENDS = 100;

    /**
     * Token frames beside those one period before.
     *
     * @param compared how many were
     * @param different of them, how many were not equal
     * @param firstDifferent the first of those; -1 without one
     */
    public record Repeats(int compared, int different, int firstDifferent) {

        /**
         * @param from the first token frame that must come again
         * @param step token frames of a period
         */
        static Repeats of(List<int[]> tokens, int from, int step) {
            int compared = 0;
            int different = 0;
            int first = -1;
            for (int k = from + step; k < tokens.size(); k++) {
                compared++;
                if (!Arrays.equals(tokens.get(k), tokens.get(k - step))) {
                    different++;
                    first = first < 0 ? k : first;
                }
            }
            return new Repeats(compared, different, first);
        }
    }

    /** The period that a clip of so many frames allows, a multiple of {@code round} frames; empty when it has fewer. */
    static Optional<Integer> period(int clipFrames, int round) {
        int period = Math.min(clipFrames, MOST_PERIOD) / round * round;
        return period == 0 ? Optional.empty() : Optional.of(period);
    }

    /** Least frames that leave a period to compare. */
    static int leastFrames(int period, int history, int chunkFrames) {
        return (history + 2) * chunkFrames + 2 * period;
    }

    static LongClip run(TokenCodec codec, Clip clip, int period, int frames) throws IOException {
        List<Picture> looped = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            looped.add(clip.frames().get(i % period));
        }
        TokenCodec.Run run = codec.run(looped, clip.framesPerSecond());
        int chunk = codec.spec().chunkFrames();
        // an unfinished last chunk repeats its last frame, which the one a period before does not
        List<int[]> whole = run.tokens().subList(0, 1 + (frames - 1) / chunk);
        Repeats repeats = Repeats.of(whole, codec.spec().history() + 1, period / chunk);
        // whole periods, so that both ends show the same frames and differ by drift alone
        int end = Math.max(1, ENDS / period) * period;
        int last = frames / period * period;
        return new LongClip(
                clip.name(),
                frames,
                period,
                repeats,
                Scores.of(looped.subList(0, end), run.pictures().subList(0, end))
                        .psnr(),
                Scores.of(looped.subList(last - end, last), run.pictures().subList(last - end, last))
                        .psnr());
    }

    /** Whether every token repeated. */
    @JsonProperty
    public boolean passed() {
        return repeats.compared > 0 && repeats.different == 0;
    }
}

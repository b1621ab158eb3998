package io.nolook.tool.eval;

import io.nolook.frame.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A clip's first frame held: how its quality rises, or does not, with the token frames that say it. */
final class HeldPicture {
    private static final int TOKEN_FRAMES = 12;

    private HeldPicture() {}

    /** PSNR of each of the first {@value #TOKEN_FRAMES} token frames, dB. */
    static List<Double> of(TokenCodec codec, Clip clip) throws IOException {
        int chunk = codec.spec().chunkFrames();
        List<Picture> frames = Collections.nCopies(
                1 + (TOKEN_FRAMES - 1) * chunk, clip.frames().get(0));
        List<Picture> decoded = codec.run(frames, clip.framesPerSecond()).pictures();
        List<Double> psnr = new ArrayList<>();
        for (int k = 0; k < TOKEN_FRAMES; k++) {
            int first = k == 0 ? 0 : 1 + (k - 1) * chunk;
            int end = 1 + k * chunk;
            psnr.add(Scores.of(frames.subList(first, end), decoded.subList(first, end))
                    .psnr());
        }
        return psnr;
    }

    /** Mean over clips, by token frame. */
    static List<Double> mean(List<List<Double>> clips) {
        List<Double> mean = new ArrayList<>();
        for (int k = 0; k < TOKEN_FRAMES; k++) {
            int at = k;
            mean.add(clips.stream().mapToDouble(clip -> clip.get(at)).average().orElse(Double.NaN));
        }
        return mean;
    }
}

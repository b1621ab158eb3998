package io.nolook.tool.eval;

import io.nolook.frame.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some frames of a clip tokenized alone, each as one keyframe, beside the same frames inside the clip's stream.
 *
 * @param alone the frames as stills
 * @param inStream the same frames in the stream
 * @param first the first frame of the clip, a keyframe in the stream
 */
public record Stills(Scores alone, Scores inStream, Scores first) {
    private static final int QUARTERS = 4;

    static Stills of(TokenCodec codec, Clip clip, List<Picture> decoded) throws IOException {
        int frames = clip.frames().size();
        int[] chosen = IntStream.range(1, QUARTERS)
                .map(quarter -> quarter * frames / QUARTERS)
                .distinct()
                .toArray();
        List<Picture> originals = new ArrayList<>();
        List<Picture> alone = new ArrayList<>();
        List<Picture> inStream = new ArrayList<>();
        for (int at : chosen) {
            Picture original = clip.frames().get(at);
            originals.add(original);
            alone.add(codec.run(List.of(original), clip.framesPerSecond())
                    .pictures()
                    .get(0));
            inStream.add(decoded.get(at));
        }
        return new Stills(
                Scores.of(originals, alone),
                Scores.of(originals, inStream),
                Scores.of(clip.frames().subList(0, 1), decoded.subList(0, 1)));
    }

    static Stills mean(List<Stills> stills) {
        return new Stills(
                Scores.mean(stills.stream().map(Stills::alone).toList()),
                Scores.mean(stills.stream().map(Stills::inStream).toList()),
                Scores.mean(stills.stream().map(Stills::first).toList()));
    }
}

package io.nolook.tool.bench;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.media.Inputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Recordings as JPEG frames of the model's size, from which cameras of any length are made. */
final class LoopedClips {
    private static final double JPEG_QUALITY = 0.92;

    private final List<List<byte[]>> clips = new ArrayList<>();

    /** Reads all recordings into memory. */
    LoopedClips(List<Path> recordings, TokenizeSettings settings) throws IOException {
        FrameFitter fitter = new FrameFitter(
                settings.frameFit(),
                settings.frameSize().width(),
                settings.frameSize().height());
        PictureEncoder encoder = new PictureEncoder();
        for (Path recording : recordings) {
            List<byte[]> clip = new ArrayList<>();
            try (PictureSource source = Inputs.open(recording.toString())) {
                for (Optional<TimedPicture> next = source.next(); next.isPresent(); next = source.next()) {
                    clip.add(encoder.jpeg(fitter.fit(next.get().picture()), JPEG_QUALITY));
                }
            }
            clips.add(clip);
        }
    }

    /** A camera that shows clip after clip, drawn by its number, each to its end; it begins amid the first one. */
    Camera camera(int number) {
        return new Camera(new SplittableRandom(number));
    }

    /** What one camera shows. */
    final class Camera {
        private final SplittableRandom random;
        private List<byte[]> clip;
        private int next;

        private Camera(SplittableRandom random) {
            this.random = random;
            clip = clips.get(random.nextInt(clips.size()));
            next = random.nextInt(clip.size());
        }

        byte[] next() {
            if (next == clip.size()) {
                clip = clips.get(random.nextInt(clips.size()));
                next = 0;
            }
            return clip.get(next++);
        }
    }
}

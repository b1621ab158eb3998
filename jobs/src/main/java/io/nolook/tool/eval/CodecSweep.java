package io.nolook.tool.eval;

import io.nolook.frame.Picture;
import io.nolook.local.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Runs a clip through all codecs at all rate factors, a few at a time, in a temporary folder. */
final class CodecSweep {
    private final Ffmpeg ffmpeg;

    CodecSweep(Ffmpeg ffmpeg) {
        this.ffmpeg = ffmpeg;
    }

    /** One run to do. */
    private record Job(VideoCodec codec, int rateFactor) {}

    /** All points of a clip, in the order of the codecs and of their rate factors. */
    List<CodecPoint> points(Clip clip) throws IOException {
        List<Job> jobs = Arrays.stream(VideoCodec.values())
                .flatMap(codec -> VideoCodec.RATE_FACTORS.stream().map(factor -> new Job(codec, factor)))
                .toList();
        return inFolder(
                clip,
                raw -> jobs.parallelStream()
                        .map(job -> {
                            VideoCodec.Result result = run(raw, clip, job.codec, job.rateFactor);
                            double rate = 8.0 * result.bytes() / clip.pixels();
                            Scores scores = Scores.of(clip.frames(), result.pictures());
                            return new CodecPoint(job.codec, job.rateFactor, result.bytes(), rate, scores);
                        })
                        .toList());
    }

    /** What each codec's point of nearest rate looks like. */
    Map<VideoCodec, List<Picture>> pictures(Clip clip, Map<VideoCodec, CodecPoint> nearest) throws IOException {
        return inFolder(clip, raw -> {
            Map<VideoCodec, List<Picture>> pictures = new EnumMap<>(VideoCodec.class);
            nearest.forEach((codec, point) -> pictures.put(
                    codec, run(raw, clip, codec, point.rateFactor()).pictures()));
            return pictures;
        });
    }

    private VideoCodec.Result run(Path raw, Clip clip, VideoCodec codec, int rateFactor) {
        try {
            return codec.run(ffmpeg, raw, clip, rateFactor);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private interface Work<T> {
        T on(Path raw);
    }

    private static <T> T inFolder(Clip clip, Work<T> work) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create("nolook-eval-")) {
            Path raw = folder.path().resolve("clip.rgb");
            VideoCodec.writeRaw(clip, raw);
            return work.on(raw);
        }
    }
}

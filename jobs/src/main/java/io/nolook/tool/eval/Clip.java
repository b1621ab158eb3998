package io.nolook.tool.eval;

import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.media.Inputs;
import io.nolook.media.MediaKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A recording, brought to one size: what everything here is measured on.
 *
 * <p>{@link FrameFitter} prepares the pictures, as it does for the job: with {@code crop} the short side is averaged by
 * area to the model's size and the middle is kept.
 *
 * @param name of the file, without its ending
 * @param framesPerSecond from the file's times
 * @param sourceSize before preparation
 * @param frames prepared, all of one size, at least one
 */
public record Clip(String name, double framesPerSecond, FrameSize sourceSize, List<Picture> frames) {
    private static final double USUAL_RATE = 25;

    /**
     * How much of a recording is read, and how.
     *
     * @param fit how pictures are brought to the size
     * @param frames most frames
     * @param damaged told what of the recording could not be read
     */
    public record Limits(FrameFit fit, int frames, Consumer<List<String>> damaged) {}

    public Clip {
        frames = List.copyOf(frames);
    }

    /**
     * The clips that a command line names.
     *
     * @param inputs files, or folders whose video files are taken in name order
     * @return path by name; of equal names the later ones get a number
     */
    public static Map<String, Path> find(List<String> inputs) throws IOException {
        Map<String, Path> found = new LinkedHashMap<>();
        for (String input : inputs) {
            for (Path path : videos(Path.of(input))) {
                String file = path.getFileName().toString();
                String stem = file.contains(".") ? file.substring(0, file.lastIndexOf('.')) : file;
                String name = stem;
                for (int n = 2; found.containsKey(name); n++) {
                    name = stem + "-" + n;
                }
                found.put(name, path);
            }
        }
        return found;
    }

    private static List<Path> videos(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            if (!Files.isRegularFile(path)) {
                throw new IOException("found no file at " + path + ", expected a video or a folder of videos");
            }
            return List.of(path);
        }
        return MediaKind.VIDEO.in(path);
    }

    /**
     * Reads the first frames.
     *
     * @param size that they are brought to
     */
    public static Clip read(String name, Path path, Limits limits, FrameSize size) throws IOException {
        FrameFitter fitter = new FrameFitter(limits.fit(), size.width(), size.height());
        List<Picture> frames = new ArrayList<>();
        FrameSize source = size;
        long first = 0;
        long last = 0;
        try (PictureSource pictures = Inputs.open(path.toString())) {
            for (Optional<TimedPicture> next = pictures.next();
                    next.isPresent() && frames.size() < limits.frames();
                    next = pictures.next()) {
                Picture picture = next.get().picture();
                if (frames.isEmpty()) {
                    source = new FrameSize(picture.width(), picture.height());
                    first = next.get().atMicros();
                }
                last = next.get().atMicros();
                frames.add(fitter.fit(picture));
            }
            limits.damaged().accept(pictures.damage());
        }
        if (frames.isEmpty()) {
            throw new IOException("found no frame in " + path + ", expected at least one");
        }
        double rate = last > first ? (frames.size() - 1) * 1e6 / (last - first) : USUAL_RATE;
        return new Clip(name, Math.round(rate * 1000) / 1000.0, source, frames);
    }

    FrameSize size() {
        return new FrameSize(frames.get(0).width(), frames.get(0).height());
    }

    long pixels() {
        return (long) frames.size() * size().width() * size().height();
    }
}

package io.nolook.media;

import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSink;
import io.nolook.frame.ffmpeg.FfmpegPictureSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A video, which goes on in a second one, {@code NAME-2.mp4}, where pictures have another size: a video has one. */
final class VideoParts implements PictureFiles {
    private final Path path;
    private final double framesPerSecond;
    private final List<Path> files = new ArrayList<>();
    private @Nullable PictureSink part;
    private @Nullable FrameSize size;

    /**
     * @param path of the first video, ends in .mp4
     */
    VideoParts(Path path, double framesPerSecond) {
        this.path = path;
        this.framesPerSecond = framesPerSecond;
    }

    @Override
    public void write(Picture picture) throws IOException {
        FrameSize found = new FrameSize(picture.width(), picture.height());
        if (!found.equals(size)) {
            close();
            Path next = files.isEmpty() ? path : path.resolveSibling(name(files.size() + 1));
            part = new FfmpegPictureSink(next, framesPerSecond);
            files.add(next);
            size = found;
        }
        part.write(picture);
    }

    private String name(int number) {
        String name = path.getFileName().toString();
        return name.substring(0, name.length() - ".mp4".length()) + "-" + number + ".mp4";
    }

    @Override
    public List<Path> files() {
        return List.copyOf(files);
    }

    @Override
    public void close() throws IOException {
        if (part != null) {
            part.close();
            part = null;
        }
    }
}

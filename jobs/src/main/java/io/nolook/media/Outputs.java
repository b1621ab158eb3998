package io.nolook.media;

import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Where decoded pictures go: a video, or a folder of numbered PNG files. */
public final class Outputs {

    private Outputs() {}

    /**
     * Opens an output for pictures of any sizes; the caller closes it.
     *
     * @param out a file that ends in .mp4, or a folder, made if missing
     * @param framesPerSecond of a video
     */
    public static PictureFiles open(Path out, double framesPerSecond) throws IOException {
        if (out.toString().endsWith(".mp4")) {
            Files.createDirectories(out.toAbsolutePath().getParent());
            return new VideoParts(out, framesPerSecond);
        }
        return folder(out);
    }

    /** Opens a folder for numbered PNG files, made if missing; the caller closes it. */
    public static PictureFiles folder(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new PngFolder(folder);
    }

    /** 00000.png, 00001.png and so on. */
    private static final class PngFolder implements PictureFiles {
        private final Path folder;
        private final PictureEncoder encoder = new PictureEncoder();
        private int next;

        PngFolder(Path folder) {
            this.folder = folder;
        }

        @Override
        public void write(Picture picture) throws IOException {
            Files.write(folder.resolve(String.format(Locale.ROOT, "%05d.png", next++)), encoder.png(picture));
        }

        @Override
        public List<Path> files() {
            return List.of(folder);
        }

        @Override
        public void close() {}
    }
}

package io.nolook.media;

import io.nolook.failure.IntakeException;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The JPEG and PNG files of a folder, in name order.
 *
 * <p>Other files and hidden ones are left alone; a single image is a folder of one. The files are listed once, when
 * opened. Owned by one thread; holds nothing open between pictures.
 */
public final class ImageFolderSource implements PictureSource {
    private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png");

    private final List<Path> images;
    private final double framesPerSecond;
    private final FrameLimits limits;
    private final FrameDecoder decoder;
    private int index;

    /**
     * @param path a folder, or one image
     * @param framesPerSecond sets the times, from 0 on; above 0
     * @throws IOException when the folder cannot be read or holds no image
     */
    public ImageFolderSource(Path path, double framesPerSecond, FrameLimits limits) throws IOException {
        if (!(framesPerSecond > 0)) {
            throw new IllegalArgumentException("found " + framesPerSecond + " frames a second, expected above 0");
        }
        this.framesPerSecond = framesPerSecond;
        this.limits = limits;
        this.decoder = new FrameDecoder(limits);
        this.images = Files.isDirectory(path) ? imagesIn(path) : List.of(path);
    }

    static boolean isImage(Path path) {
        String name = path.getFileName() == null ? "" : path.getFileName().toString();
        String lower = name.toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && ENDINGS.stream().anyMatch(lower::endsWith);
    }

    private static List<Path> imagesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> images = files.filter(path -> isImage(path) && Files.isRegularFile(path))
                    .sorted(Comparator.comparing(path -> path.getFileName().toString()))
                    .toList();
            if (images.isEmpty()) {
                throw new IOException("found no image in " + folder + ", expected files ending in "
                        + String.join(", ", ENDINGS) + "; convert other formats");
            }
            return images;
        }
    }

    @Override
    public Optional<TimedPicture> next() throws IOException {
        if (index == images.size()) {
            return Optional.empty();
        }
        Path image = images.get(index);
        long size = Files.size(image);
        if (size > limits.maxBytes()) {
            throw new IOException("found " + size + " bytes in " + image + ", expected at most " + limits.maxBytes()
                    + "; compress more or raise frame.max-bytes");
        }
        try {
            long atMicros = Math.round(index * 1e6 / framesPerSecond);
            TimedPicture next = new TimedPicture(decoder.decode(ByteBuffer.wrap(Files.readAllBytes(image))), atMicros);
            index++;
            return Optional.of(next);
        } catch (IntakeException e) {
            throw new IOException(image + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        index = images.size();
    }
}

package io.nolook.media;

import io.nolook.failure.IntakeException;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.Orientation;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.frame.ffmpeg.FfmpegOptions;
import io.nolook.frame.ffmpeg.FfmpegPictureSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The images of a folder, in name order; a single image is a folder of one.
 *
 * <p>JPEG and PNG, whatever their names, are decoded as the job decodes frames; other formats by FFmpeg, the first picture of
 * each file. Bytes and pixels are limited before that. An image that cannot be read is left out, {@link #damage} names it,
 * and the others keep their times. The files are listed once, when opened. Owned by one thread; holds nothing open between
 * pictures.
 */
public final class ImageFolderSource implements PictureSource {
    private final List<Path> images;
    private final double framesPerSecond;
    private final FrameLimits limits;
    private final FrameDecoder decoder;
    private final List<String> damage = new ArrayList<>();
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
        this.images = Files.isDirectory(path) ? MediaKind.IMAGE.in(path) : List.of(path);
    }

    @Override
    public Optional<TimedPicture> next() {
        while (index < images.size()) {
            Path image = images.get(index);
            long atMicros = Math.round(index++ * 1e6 / framesPerSecond);
            try {
                return Optional.of(new TimedPicture(read(image), atMicros));
            } catch (IntakeException e) {
                damage.add(image + ": " + e.getMessage());
            } catch (IOException e) {
                damage.add(e.getMessage());
            }
        }
        return Optional.empty();
    }

    private Picture read(Path image) throws IOException, IntakeException {
        long size = Files.size(image);
        if (size > limits.maxBytes()) {
            throw new IOException("found " + size + " bytes in " + image + ", expected at most " + limits.maxBytes()
                    + "; compress more or raise frame.max-bytes");
        }
        byte[] bytes = Files.readAllBytes(image);
        ByteBuffer payload = ByteBuffer.wrap(bytes);
        if (FrameDecoder.encodingOf(payload).isPresent()) {
            return decoder.decode(payload);
        }
        try (FfmpegPictureSource file =
                new FfmpegPictureSource(image.toString(), FfmpegOptions.DEFAULTS.upTo(limits.maxPixels()))) {
            Picture picture = file.next()
                    .orElseThrow(() -> new IOException(
                            String.join("; ", file.damage()) + ", of at most " + limits.maxPixels() + " pixels"))
                    .picture();
            return Orientation.turn(picture, Orientation.of(bytes));
        }
    }

    @Override
    public List<String> damage() {
        return List.copyOf(damage);
    }

    @Override
    public void close() {
        index = images.size();
    }
}

package io.nolook.media;

import io.nolook.failure.IntakeException;
import io.nolook.frame.FittedPicture;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.Orientation;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedFit;
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

    /** Makes something of a file's bytes. */
    private interface Reading<T> {
        T of(Path image, byte[] bytes) throws IOException, IntakeException;
    }

    @Override
    public Optional<TimedPicture> next() {
        return next(this::whole).map(read -> new TimedPicture(read, atMicros()));
    }

    @Override
    public Optional<TimedFit> next(FrameFitter fitter) {
        return next((image, bytes) -> isOurs(bytes)
                        ? decoder.decode(ByteBuffer.wrap(bytes), fitter)
                        : FittedPicture.of(whole(image, bytes), fitter))
                .map(read -> new TimedFit(read, atMicros()));
    }

    /** Of the image that was read last. */
    private long atMicros() {
        return Math.round((index - 1) * 1e6 / framesPerSecond);
    }

    private <T> Optional<T> next(Reading<T> reading) {
        while (index < images.size()) {
            Path image = images.get(index++);
            try {
                return Optional.of(reading.of(image, bytes(image)));
            } catch (IntakeException e) {
                damage.add(image + ": " + e.getMessage());
            } catch (IOException e) {
                damage.add(e.getMessage());
            }
        }
        return Optional.empty();
    }

    private byte[] bytes(Path image) throws IOException {
        long size = Files.size(image);
        if (size > limits.maxBytes()) {
            throw new IOException("found " + size + " bytes in " + image + ", expected at most " + limits.maxBytes()
                    + "; compress more or raise frame.max-bytes");
        }
        return Files.readAllBytes(image);
    }

    private static boolean isOurs(byte[] bytes) {
        return FrameDecoder.encodingOf(ByteBuffer.wrap(bytes)).isPresent();
    }

    private Picture whole(Path image, byte[] bytes) throws IOException, IntakeException {
        if (isOurs(bytes)) {
            return decoder.decode(ByteBuffer.wrap(bytes));
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

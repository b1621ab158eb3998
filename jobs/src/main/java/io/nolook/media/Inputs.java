package io.nolook.media;

import io.nolook.frame.CameraSource;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.PictureSource;
import io.nolook.frame.PicturesWanted;
import io.nolook.frame.ffmpeg.FfmpegCamera;
import io.nolook.frame.ffmpeg.FfmpegOptions;
import io.nolook.frame.ffmpeg.FfmpegPictureSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Opens whatever a command line names as its input.
 *
 * <p>A folder gives its images in name order, an image file gives itself, anything else is a video for FFmpeg: a file,
 * an {@code rtsp://} or {@code http://} address, or a device such as {@code /dev/video0}. A GIF by itself is a video, with all
 * its pictures; in a folder it is an image, its first.
 */
public final class Inputs {
    private static final double FOLDER_FPS = 25;

    private Inputs() {}

    /**
     * @param framesPerSecond times of a folder's images; a video has its own
     * @param limits of one picture
     * @return to be closed by the caller
     * @throws IOException when there is nothing to open; it says what was found and expected
     */
    public static PictureSource open(String input, double framesPerSecond, FrameLimits limits) throws IOException {
        if (!input.contains("://")) {
            Path path = Path.of(input);
            if (!Files.exists(path)) {
                throw new IOException("found nothing at " + input
                        + ", expected a video file, an image, a folder of images, a device or a URL; check the path");
            }
            if (Files.isDirectory(path) || MediaKind.IMAGE.names(path) && !isGif(path)) {
                return new ImageFolderSource(path, framesPerSecond, limits);
            }
        }
        return new FfmpegPictureSource(input, FfmpegOptions.of(input).upTo(limits.maxPixels()));
    }

    private static boolean isGif(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".gif");
    }

    /** What of an input that is a folder is not read, in one line for people. */
    public static Optional<String> leftAlone(String input) throws IOException {
        return !isLive(input) && Files.isDirectory(Path.of(input))
                ? MediaKind.IMAGE.leftAlone(Path.of(input))
                : Optional.empty();
    }

    /** The same with the usual limits. */
    public static PictureSource open(String input, double framesPerSecond) throws IOException {
        return open(input, framesPerSecond, FrameLimits.DEFAULTS);
    }

    /** Opens a recording whose own times do not matter, or that has its own. */
    public static PictureSource open(String input, FrameLimits limits) throws IOException {
        return open(input, FOLDER_FPS, limits);
    }

    /** The same with the usual limits. */
    public static PictureSource open(String input) throws IOException {
        return open(input, FOLDER_FPS);
    }

    /** Opens a camera, or what proves to be a recording. */
    public static CameraSource camera(String address, FfmpegOptions options, PicturesWanted wanted) throws IOException {
        FfmpegOptions own =
                address.startsWith("/dev/") ? FfmpegOptions.of(address).within(options.timeout()) : options;
        return new FfmpegCamera(address, own, wanted);
    }

    /** Whether a source goes on for ever and may be opened again when it fails. */
    public static boolean isLive(String input) {
        return input.contains("://") && !input.startsWith("file:") || input.startsWith("/dev/");
    }
}

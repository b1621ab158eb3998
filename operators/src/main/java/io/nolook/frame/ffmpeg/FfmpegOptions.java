package io.nolook.frame.ffmpeg;

import io.nolook.frame.FrameLimits;
import java.time.Duration;
import java.util.Map;

/**
 * How FFmpeg opens a video.
 *
 * @param demuxer FFmpeg's name for the container or the kind of device ({@code v4l2}); empty: found by looking
 * @param timeout how long a network source may be silent, 1 ms to 1 day
 * @param maxPixels width times height that a picture may have, at least 1; checked before memory is taken
 * @param settings further FFmpeg options by name, such as {@code video_size} of a camera
 */
public record FfmpegOptions(String demuxer, Duration timeout, long maxPixels, Map<String, String> settings) {

    /** Container found by looking, 10 s, the pixels of {@link FrameLimits#DEFAULTS}. */
    public static final FfmpegOptions DEFAULTS =
            new FfmpegOptions("", Duration.ofSeconds(10), FrameLimits.DEFAULTS.maxPixels(), Map.of());

    private static final String LINUX_CAMERA = "/dev/video";

    public FfmpegOptions {
        if (timeout.toMillis() < 1 || timeout.toDays() > 1) {
            throw new IllegalArgumentException("found a timeout of " + timeout + ", expected 1 ms to 1 day");
        }
        if (maxPixels < 1 || maxPixels > FrameLimits.MOST_PIXELS) {
            throw new IllegalArgumentException(
                    "found a pixel limit of " + maxPixels + ", expected 1 to " + FrameLimits.MOST_PIXELS);
        }
        settings = Map.copyOf(settings);
    }

    /** The same, for pictures of at most so many pixels. */
    public FfmpegOptions upTo(long most) {
        return new FfmpegOptions(demuxer, timeout, most, settings);
    }

    /** The same, given up after so long without a picture. */
    public FfmpegOptions within(Duration most) {
        return new FfmpegOptions(demuxer, most, maxPixels, settings);
    }

    /** Returns the defaults, with the demuxer that a device path asks for. */
    public static FfmpegOptions of(String uri) {
        return uri.startsWith(LINUX_CAMERA)
                ? new FfmpegOptions("v4l2", DEFAULTS.timeout, DEFAULTS.maxPixels, DEFAULTS.settings)
                : DEFAULTS;
    }
}

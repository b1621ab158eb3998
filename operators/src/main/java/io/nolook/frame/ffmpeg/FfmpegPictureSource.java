package io.nolook.frame.ffmpeg;

import io.nolook.frame.FrameSize;
import io.nolook.frame.Orientation;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import java.io.IOException;
import java.util.Optional;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Pictures of a video file, or of a network stream as far as it goes.
 *
 * <p>Pictures come as players show them: upright, with square pixels. Times count from the first picture and never run back:
 * where the recording's own do, another take begins, a minute later. Owned by one thread, which closes it; holds native
 * memory until then. A camera is {@link FfmpegCamera}'s.
 */
public final class FfmpegPictureSource implements PictureSource {
    private static final long USUAL_FRAME_MICROS = 40_000;

    private final FfmpegInput input;
    private final RgbConverter converter;
    private final RecordingClock clock = new RecordingClock();
    private final long maxPixels;
    private final int orientation;

    /**
     * Opens the first video stream.
     *
     * @param uri a path, or a URL of a scheme that FFmpeg knows ({@code http://})
     * @throws IOException when it cannot be opened, or holds no video
     */
    public FfmpegPictureSource(String uri, FfmpegOptions options) throws IOException {
        input = new FfmpegInput(uri, options);
        converter = new RgbConverter();
        maxPixels = options.maxPixels();
        orientation = DisplayMatrix.orientation(input.stream());
    }

    @Override
    public boolean isLive() {
        return input.isLive();
    }

    /** From any thread. */
    @Override
    public void cancel() {
        input.cancel();
    }

    /** Pictures a second as the container states them; 0 when it does not. */
    public double frameRate() {
        return input.frameRate();
    }

    @Override
    public Optional<TimedPicture> next() throws IOException {
        if (!input.isOpen()) {
            return Optional.empty();
        }
        input.waits();
        while (!input.receive()) {
            if (input.isDrained()) {
                return Optional.empty();
            }
            if (input.read()) {
                input.decode();
            }
        }
        double rate = frameRate();
        long usual = rate > 0 ? Math.round(1e6 / rate) : USUAL_FRAME_MICROS;
        long micros = clock.at(input.micros(input.frame().best_effort_timestamp()), usual);
        AVRational aspect = input.aspect();
        FrameSize square =
                SquarePixels.of(input.frame().width(), input.frame().height(), aspect.num(), aspect.den(), maxPixels);
        Picture shown = converter.toPicture(input.frame(), square.width(), square.height());
        Picture picture = Orientation.turn(shown, orientation);
        avutil.av_frame_unref(input.frame());
        return Optional.of(new TimedPicture(picture, micros));
    }

    @Override
    public void close() {
        converter.close();
        input.close();
    }
}

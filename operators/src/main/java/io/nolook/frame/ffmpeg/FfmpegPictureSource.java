package io.nolook.frame.ffmpeg;

import io.nolook.frame.FrameLimits;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Orientation;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of a video file, or of a network stream as far as it goes.
 *
 * <p>Pictures come as players show them: upright, with square pixels. Times count from its first picture and never
 * run back: where its own do, another take begins, a minute later. A file ends at its first damage, and {@link #damage} tells of it.
 * Owned by one thread, which closes it; holds native memory until then. A camera is {@link FfmpegCamera}'s.
 */
public final class FfmpegPictureSource implements PictureSource {
    private static final long USUAL_FRAME_MICROS = 40_000;

    private final String name;
    private final RecordingClock clock = new RecordingClock();
    private final Interrupt interrupt;
    private final long maxPixels;
    private @Nullable Container container;
    private @Nullable VideoDecoder decoder;
    private @Nullable RgbConverter converter;
    private AVStream stream;
    private int orientation = Orientation.UPRIGHT;
    private long pictures;

    /**
     * Opens the first video stream.
     *
     * @param uri a path, or a URL of a scheme that FFmpeg knows ({@code rtsp://}, {@code http://}), or a device
     * @throws IOException when it cannot be opened, or holds no video
     */
    public FfmpegPictureSource(String uri, FfmpegOptions options) throws IOException {
        this.name = RedactedUri.of(uri);
        maxPixels = options.maxPixels();
        interrupt = new Interrupt(options.timeout());
        try {
            FfmpegFailure.quiet();
            container = new Container(uri, options, interrupt);
            decoder = new VideoDecoder(container, name, options);
            stream = decoder.stream();
            orientation = DisplayMatrix.orientation(stream);
            converter = new RgbConverter();
        } catch (IOException | RuntimeException | LinkageError e) {
            close();
            throw e instanceof IOException failure
                    ? failure
                    : new IOException("found " + e + " while opening " + name, e);
        }
    }

    @Override
    public boolean isLive() {
        return container != null && container.isLive();
    }

    /** From any thread. */
    @Override
    public void cancel() {
        interrupt.cancel();
    }

    /** Read to its end, or to where it is damaged. */
    @Override
    public List<String> damage() {
        if (decoder == null || decoder.damage().isEmpty()) {
            return List.of();
        }
        String place = pictures == 0
                ? "before its first picture"
                : String.format(Locale.ROOT, "after picture %d, at %.3f s", pictures, clock.last() / 1e6);
        return List.of(name + ": found " + decoder.damage().get() + ", " + place
                + ", expected a whole recording; copy it again from its source");
    }

    @Override
    public Optional<Instant> beganAt() {
        return container == null ? Optional.empty() : container.createdAt();
    }

    /** Pictures a second as the container states them; 0 when it does not. */
    public double frameRate() {
        AVRational rate = stream.avg_frame_rate();
        return rate.den() == 0 ? 0 : (double) rate.num() / rate.den();
    }

    @Override
    public Optional<TimedPicture> next() throws IOException {
        if (decoder == null || container == null || converter == null) {
            return Optional.empty();
        }
        interrupt.waits();
        Optional<AVFrame> decoded = decoder.next();
        if (decoded.isEmpty()) {
            return Optional.empty();
        }
        AVFrame frame = decoded.get();
        long pixels = (long) frame.width() * frame.height();
        if (pixels > FrameLimits.MOST_PIXELS) {
            throw new IOException("found " + pixels + " pixels in a picture of " + name + ", expected at most "
                    + FrameLimits.MOST_PIXELS);
        }
        double rate = frameRate();
        long usual = rate > 0 ? Math.round(1e6 / rate) : USUAL_FRAME_MICROS;
        long micros = clock.at(Container.micros(stream, frame.best_effort_timestamp()), usual);
        AVRational aspect = avformat.av_guess_sample_aspect_ratio(container.format(), stream, frame);
        FrameSize square = SquarePixels.of(frame.width(), frame.height(), aspect.num(), aspect.den(), maxPixels);
        Picture shown = converter.toPicture(frame, square.width(), square.height());
        Picture picture = Orientation.turn(shown, orientation);
        avutil.av_frame_unref(frame);
        pictures++;
        return Optional.of(new TimedPicture(picture, micros));
    }

    @Override
    public void close() {
        if (converter != null) {
            converter.close();
            converter = null;
        }
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
        if (container != null) {
            container.close();
            container = null;
        }
        interrupt.close();
    }
}

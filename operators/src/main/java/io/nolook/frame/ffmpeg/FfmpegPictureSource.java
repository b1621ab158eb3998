package io.nolook.frame.ffmpeg;

import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Pictures of a video file, or of a network stream as far as it goes.
 *
 * <p>Pictures come as players show them: upright, with square pixels. Times count from the first picture and never run back:
 * where the recording's own do, another take begins, a minute later. A file ends at its first damage, and {@link #damage}
 * tells of it. Owned by one thread, which closes it; holds native memory until then. A camera is {@link FfmpegCamera}'s.
 */
public final class FfmpegPictureSource implements PictureSource {
    private final OpenVideo video;
    private final VideoDecoder decoder;
    private final Optional<Instant> beganAt;
    private final RecordingClock clock = new RecordingClock();
    private long pictures;

    /**
     * Opens the first video stream.
     *
     * @param uri a path, or a URL of a scheme that FFmpeg knows ({@code rtsp://}, {@code http://}), or a device
     * @throws IOException when it cannot be opened, or holds no video
     */
    public FfmpegPictureSource(String uri, FfmpegOptions options) throws IOException {
        video = new OpenVideo(uri, options);
        decoder = new VideoDecoder(video);
        beganAt = video.container().createdAt();
    }

    /** Read to its end, or to where it is damaged. */
    @Override
    public List<String> damage() {
        if (decoder.damage().isEmpty()) {
            return List.of();
        }
        String place = pictures == 0
                ? "before its first picture"
                : String.format(Locale.ROOT, "after picture %d, at %.3f s", pictures, clock.last() / 1e6);
        return List.of(video.name() + ": found " + decoder.damage().get() + ", " + place
                + ", expected a whole recording; copy it again from its source");
    }

    @Override
    public Optional<Instant> beganAt() {
        return beganAt;
    }

    /** Pictures a second as the container states them; 0 when it does not. */
    public double frameRate() {
        return video.frameRate();
    }

    @Override
    public Optional<TimedPicture> next() throws IOException {
        video.waits();
        Optional<AVFrame> decoded = decoder.next();
        if (decoded.isEmpty()) {
            return Optional.empty();
        }
        AVFrame frame = decoded.get();
        long micros = clock.at(video.micros(frame.best_effort_timestamp()), video.usualMicros());
        Picture picture = video.shown(frame, video.square(frame));
        pictures++;
        return Optional.of(new TimedPicture(picture, micros));
    }

    @Override
    public void close() {
        decoder.close();
    }
}

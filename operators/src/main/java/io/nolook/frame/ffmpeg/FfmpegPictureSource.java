package io.nolook.frame.ffmpeg;

import io.nolook.frame.FrameLimits;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Orientation;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avdevice;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Pictures of a video file, a network stream or a camera device.
 *
 * <p>Pictures come as players show them: upright, with square pixels. A file's times count from its first picture and never
 * run back: where its own do, another take begins, a minute later. A source that has no length and is no file is live: its
 * times are the clock's, and damaged packets are stepped over, where a file fails. Owned by one thread, which closes it;
 * holds native memory until then.
 */
public final class FfmpegPictureSource implements PictureSource {
    private static final AVRational MICROS = avutil.av_make_q(1, 1_000_000);
    private static final long USUAL_FRAME_MICROS = 40_000;
    private static final long JITTER_MICROS = 1_000_000;
    private static final long BETWEEN_TAKES_MICROS = 60_000_000;
    private static final String FILE_PROTOCOLS = "file";
    private static final String WEB_PROTOCOLS = "http,https,httpproxy,tcp,tls,crypto";
    private static final String RTSP_PROTOCOLS = "rtsp,rtsps,rtp,srtp,udp," + WEB_PROTOCOLS;

    private final String name;
    private final Clock clock;
    private final Interrupt interrupt;
    private AVFormatContext format;
    private AVCodecContext codec;
    private AVPacket packet;
    private AVFrame frame;
    private RgbConverter converter;
    private AVStream stream;
    private int orientation = Orientation.UPRIGHT;
    private boolean live;
    private boolean drained;
    private long maxPixels;
    private long baseMicros;
    private boolean timed;
    private long previousMicros = -1;

    /**
     * Opens the first video stream.
     *
     * @param uri a path, or a URL of a scheme that FFmpeg knows ({@code rtsp://}, {@code http://}), or a device
     * @throws IOException when it cannot be opened, or holds no video
     */
    public FfmpegPictureSource(String uri, FfmpegOptions options) throws IOException {
        this(uri, options, Clock.systemUTC());
    }

    /** @param clock gives the times of a live source's pictures */
    public FfmpegPictureSource(String uri, FfmpegOptions options, Clock clock) throws IOException {
        this.name = RedactedUri.of(uri);
        this.clock = clock;
        interrupt = new Interrupt(options.timeout());
        try {
            FfmpegFailure.quiet();
            openContainer(uri, options);
            openDecoder(options);
        } catch (IOException | RuntimeException | LinkageError e) {
            close();
            throw e instanceof IOException failure
                    ? failure
                    : new IOException("found " + e + " while opening " + name, e);
        }
    }

    private void openContainer(String uri, FfmpegOptions options) throws IOException {
        boolean file = Files.isRegularFile(pathOf(uri));
        // else FFmpeg takes what is before a colon in a name for a protocol
        String address = file ? "file:" + pathOf(uri).toAbsolutePath() : uri;
        AVDictionary settings = settings(uri, options, file);
        try {
            // freed by FFmpeg itself when opening fails, so ours only afterwards
            AVFormatContext opening = FfmpegFailure.allocated(avformat.avformat_alloc_context());
            opening.interrupt_callback().callback(interrupt);
            opening.correct_ts_overflow(0); // it takes a time that steps back for one that wrapped, a day later
            FfmpegFailure.check(
                    avformat.avformat_open_input(opening, address, demuxer(options), settings),
                    "opening " + name,
                    "a readable video file, stream or device; check the address and who may read it");
            format = opening;
        } finally {
            avutil.av_dict_free(settings);
        }
        FfmpegFailure.check(
                avformat.avformat_find_stream_info(format, (AVDictionary) null),
                "looking for streams in " + name,
                "a complete video");
        live = format.duration() == avutil.AV_NOPTS_VALUE && !file;
        if (file) {
            interrupt.neverStalls();
        }
    }

    @Override
    public boolean isLive() {
        return live;
    }

    /** From any thread. */
    @Override
    public void cancel() {
        interrupt.cancel();
    }

    private static Path pathOf(String uri) {
        return uri.contains("://") ? Path.of("") : Path.of(uri.startsWith("file:") ? uri.substring(5) : uri);
    }

    private AVInputFormat demuxer(FfmpegOptions options) throws IOException {
        if (options.demuxer().isEmpty()) {
            return null;
        }
        avdevice.avdevice_register_all();
        AVInputFormat demuxer = avformat.av_find_input_format(options.demuxer());
        if (demuxer == null) {
            throw new IOException(
                    "found no FFmpeg demuxer " + options.demuxer() + " for " + name + ", expected one of this build");
        }
        return demuxer;
    }

    private static AVDictionary settings(String uri, FfmpegOptions options, boolean file) {
        AVDictionary settings = new AVDictionary(null);
        if (file) {
            // a playlist must not make us fetch from anywhere else
            avutil.av_dict_set(settings, "protocol_whitelist", FILE_PROTOCOLS, 0);
        } else if (uri.startsWith("rtsp") || uri.startsWith("http")) {
            String micros = Long.toString(options.timeout().toNanos() / 1000);
            avutil.av_dict_set(settings, "timeout", micros, 0);
            avutil.av_dict_set(settings, "rw_timeout", micros, 0);
            boolean rtsp = uri.startsWith("rtsp");
            avutil.av_dict_set(settings, "protocol_whitelist", rtsp ? RTSP_PROTOCOLS : WEB_PROTOCOLS, 0);
            if (rtsp) {
                avutil.av_dict_set(settings, "rtsp_transport", "tcp", 0);
            }
        }
        options.settings().forEach((key, value) -> avutil.av_dict_set(settings, key, value, 0));
        return settings;
    }

    private void openDecoder(FfmpegOptions options) throws IOException {
        AVCodec decoder;
        int index;
        try (PointerPointer<AVCodec> found = new PointerPointer<>(1)) {
            index = FfmpegFailure.check(
                    avformat.av_find_best_stream(format, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, found, 0),
                    "looking for video in " + name,
                    "a video stream of a known codec");
            decoder = found.get(AVCodec.class);
        }
        stream = format.streams(index);
        codec = FfmpegFailure.allocated(avcodec.avcodec_alloc_context3(decoder));
        FfmpegFailure.check(
                avcodec.avcodec_parameters_to_context(codec, stream.codecpar()),
                "reading the codec parameters of " + name,
                "a complete video");
        codec.pkt_timebase(stream.time_base());
        codec.max_pixels(options.maxPixels());
        if (live) {
            codec.thread_count(1); // of many cameras each needs little, and none may take the others' share
        }
        FfmpegFailure.check(
                avcodec.avcodec_open2(codec, decoder, (AVDictionary) null),
                "starting the decoder for " + name,
                "a video of at most " + options.maxPixels() + " pixels a picture");
        orientation = DisplayMatrix.orientation(stream);
        maxPixels = options.maxPixels();
        packet = FfmpegFailure.allocated(avcodec.av_packet_alloc());
        frame = FfmpegFailure.allocated(avutil.av_frame_alloc());
        converter = new RgbConverter();
    }

    /** Pictures a second as the container states them; 0 when it does not. */
    public double frameRate() {
        AVRational rate = stream.avg_frame_rate();
        return rate.den() == 0 ? 0 : (double) rate.num() / rate.den();
    }

    @Override
    public Optional<TimedPicture> next() throws IOException {
        if (format == null) {
            return Optional.empty();
        }
        interrupt.waits();
        if (!decodeFrame()) {
            return Optional.empty();
        }
        long pixels = (long) frame.width() * frame.height();
        if (pixels > FrameLimits.MOST_PIXELS) {
            throw new IOException("found " + pixels + " pixels in a picture of " + name + ", expected at most "
                    + FrameLimits.MOST_PIXELS);
        }
        long micros = live ? nowMicros() : fileMicros(frame.best_effort_timestamp());
        AVRational aspect = avformat.av_guess_sample_aspect_ratio(format, stream, frame);
        FrameSize square = SquarePixels.of(frame.width(), frame.height(), aspect.num(), aspect.den(), maxPixels);
        Picture shown = converter.toPicture(frame, square.width(), square.height());
        Picture picture = Orientation.turn(shown, orientation);
        avutil.av_frame_unref(frame);
        return Optional.of(new TimedPicture(picture, micros));
    }

    /** Feeds packets until a frame comes out; false at the end. */
    private boolean decodeFrame() throws IOException {
        while (true) {
            int got = avcodec.avcodec_receive_frame(codec, frame);
            if (got == avutil.AVERROR_EOF) {
                return false;
            }
            if (got >= 0) {
                return true;
            }
            if (got != org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN()) {
                checkDecoded(got);
            }
            feed();
        }
    }

    private void feed() throws IOException {
        if (drained) {
            return;
        }
        int read = avformat.av_read_frame(format, packet);
        interrupt.requireGoingOn(name);
        if (read == avutil.AVERROR_EOF) {
            drained = true;
            avcodec.avcodec_send_packet(codec, null);
            return;
        }
        FfmpegFailure.check(read, "reading " + name, "more of the video; check the network or the file");
        try {
            if (packet.stream_index() == stream.index()) {
                checkDecoded(avcodec.avcodec_send_packet(codec, packet));
            }
        } finally {
            avcodec.av_packet_unref(packet);
        }
    }

    private void checkDecoded(int code) throws IOException {
        if (!(live && code == avutil.AVERROR_INVALIDDATA)) {
            FfmpegFailure.check(code, "decoding " + name, "an undamaged video; convert it again from its source");
        }
    }

    private long fileMicros(long timestamp) {
        long micros;
        if (timestamp == avutil.AV_NOPTS_VALUE) {
            double rate = frameRate();
            long step = rate > 0 ? Math.round(1e6 / rate) : USUAL_FRAME_MICROS;
            micros = previousMicros < 0 ? 0 : previousMicros + step;
        } else {
            long told = avutil.av_rescale_q(timestamp, stream.time_base(), MICROS);
            if (!timed) {
                timed = true;
                baseMicros = told;
            } else if (told - baseMicros < previousMicros - JITTER_MICROS) {
                baseMicros = told - previousMicros - BETWEEN_TAKES_MICROS;
            }
            micros = Math.max(0, told - baseMicros);
        }
        previousMicros = micros;
        return micros;
    }

    private long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }

    @Override
    public void close() {
        if (converter != null) {
            converter.close();
            converter = null;
        }
        if (frame != null) {
            avutil.av_frame_free(frame);
            frame = null;
        }
        if (packet != null) {
            avcodec.av_packet_free(packet);
            packet = null;
        }
        if (codec != null) {
            avcodec.avcodec_free_context(codec);
            codec = null;
        }
        if (format != null) {
            avformat.avformat_close_input(format);
            format = null;
        }
    }
}

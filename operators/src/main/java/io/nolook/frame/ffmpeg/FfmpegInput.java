package io.nolook.frame.ffmpeg;

import io.nolook.frame.FrameLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * An opened video and its decoder: packets in, frames out.
 *
 * <p>Of what has no length and is no file, damaged packets are stepped over; a file fails. Owned by one thread, which closes
 * it; holds native memory until then.
 */
final class FfmpegInput implements AutoCloseable {
    private static final AVRational MICROS = avutil.av_make_q(1, 1_000_000);
    private static final String FILE_PROTOCOLS = "file";
    private static final String WEB_PROTOCOLS = "http,https,httpproxy,tcp,tls,crypto";
    private static final String RTSP_PROTOCOLS = "rtsp,rtsps,rtp,srtp,udp," + WEB_PROTOCOLS;

    private final String name;
    private final FfmpegOptions options;
    private final Interrupt interrupt;
    private AVFormatContext format;
    private AVCodec decoder;
    private AVCodecContext codec;
    private AVPacket packet;
    private AVFrame frame;
    private AVStream stream;
    private boolean live;
    private boolean drained;

    /**
     * Opens the first video stream.
     *
     * @param uri a path, or a URL of a scheme that FFmpeg knows ({@code rtsp://}, {@code http://}), or a device
     * @throws IOException when it cannot be opened, or holds no video
     */
    FfmpegInput(String uri, FfmpegOptions options) throws IOException {
        this.name = RedactedUri.of(uri);
        this.options = options;
        interrupt = new Interrupt(options.timeout());
        try {
            FfmpegFailure.quiet();
            openContainer(uri);
            chooseStream();
            packet = FfmpegFailure.allocated(avcodec.av_packet_alloc());
            frame = FfmpegFailure.allocated(avutil.av_frame_alloc());
            openDecoder(0);
        } catch (IOException | RuntimeException | LinkageError e) {
            close();
            throw e instanceof IOException failure
                    ? failure
                    : new IOException("found " + e + " while opening " + name, e);
        }
    }

    private void openContainer(String uri) throws IOException {
        boolean file = Files.isRegularFile(pathOf(uri));
        // else FFmpeg takes what is before a colon in a name for a protocol
        String address = file ? "file:" + pathOf(uri).toAbsolutePath() : uri;
        AVDictionary settings = settings(uri, file);
        try {
            // freed by FFmpeg itself when opening fails, so ours only afterwards
            AVFormatContext opening = FfmpegFailure.allocated(avformat.avformat_alloc_context());
            opening.interrupt_callback().callback(interrupt);
            opening.correct_ts_overflow(0); // it takes a time that steps back for one that wrapped, a day later
            FfmpegFailure.check(
                    avformat.avformat_open_input(opening, address, demuxer(), settings),
                    "opening " + name,
                    "a readable video file, stream or device; check the address and who may read it");
            format = opening;
        } finally {
            avutil.av_dict_free(settings);
        }
        if (file || !isKnownAlready()) {
            FfmpegFailure.check(
                    avformat.avformat_find_stream_info(format, (AVDictionary) null),
                    "looking for streams in " + name,
                    "a complete video");
        }
        live = format.duration() == avutil.AV_NOPTS_VALUE && !file;
        if (file) {
            interrupt.neverStalls();
        }
    }

    /** A camera that says what it sends is not looked at first: that would hold back its first pictures. */
    private boolean isKnownAlready() {
        boolean cameras = formatIs("rtsp") || formatIs("mpjpeg");
        for (int i = 0; i < format.nb_streams() && cameras; i++) {
            var parameters = format.streams(i).codecpar();
            boolean video = parameters.codec_type() == avutil.AVMEDIA_TYPE_VIDEO;
            if (video && parameters.codec_id() != avcodec.AV_CODEC_ID_NONE) {
                return true;
            }
        }
        return false;
    }

    private boolean formatIs(String wanted) {
        return format.iformat().name().getString().equals(wanted);
    }

    private static Path pathOf(String uri) {
        return uri.contains("://") ? Path.of("") : Path.of(uri.startsWith("file:") ? uri.substring(5) : uri);
    }

    private AVInputFormat demuxer() throws IOException {
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

    private AVDictionary settings(String uri, boolean file) {
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
                avutil.av_dict_set(settings, "allowed_media_types", "video", 0);
            }
        }
        options.settings().forEach((key, value) -> avutil.av_dict_set(settings, key, value, 0));
        return settings;
    }

    private void chooseStream() throws IOException {
        try (PointerPointer<AVCodec> found = new PointerPointer<>(1)) {
            int index = FfmpegFailure.check(
                    avformat.av_find_best_stream(format, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, found, 0),
                    "looking for video in " + name,
                    "a video stream of a known codec");
            decoder = found.get(AVCodec.class);
            stream = format.streams(index);
        }
        for (int i = 0; i < format.nb_streams(); i++) {
            if (i != stream.index()) {
                format.streams(i).discard(avcodec.AVDISCARD_ALL);
            }
        }
    }

    /**
     * Begins decoding, or begins it anew.
     *
     * @param halvings of width and height by the decoder itself, for codecs that have it
     */
    void openDecoder(int halvings) throws IOException {
        if (codec != null) {
            avcodec.avcodec_free_context(codec);
        }
        codec = FfmpegFailure.allocated(avcodec.avcodec_alloc_context3(decoder));
        FfmpegFailure.check(
                avcodec.avcodec_parameters_to_context(codec, stream.codecpar()),
                "reading the codec parameters of " + name,
                "a complete video");
        codec.pkt_timebase(stream.time_base());
        codec.max_pixels(options.maxPixels());
        codec.lowres(Math.min(halvings, mostHalvings()));
        if (live) {
            codec.thread_count(1); // of many cameras each needs little, and none may take the others' share
        }
        FfmpegFailure.check(
                avcodec.avcodec_open2(codec, decoder, (AVDictionary) null),
                "starting the decoder for " + name,
                "a video of at most " + options.maxPixels() + " pixels a picture");
    }

    /** How often the decoder itself can halve a picture. */
    int mostHalvings() {
        return decoder.max_lowres();
    }

    boolean isLive() {
        return live;
    }

    /** Of the address, with nothing secret in it. */
    String name() {
        return name;
    }

    /** From any thread: what is waited for is given up. */
    void cancel() {
        interrupt.cancel();
    }

    /** From now on the next picture is waited for. */
    void waits() {
        interrupt.waits();
    }

    AVStream stream() {
        return stream;
    }

    AVCodecContext codec() {
        return codec;
    }

    /** The packet that {@link #read} has filled. */
    AVPacket packet() {
        return packet;
    }

    /** The frame that {@link #receive} has filled. */
    AVFrame frame() {
        return frame;
    }

    boolean isOpen() {
        return format != null;
    }

    /** Whether its times are the camera's or the file's: of some streams they are made up. */
    boolean hasTimes() {
        return !formatIs("mpjpeg") && (format.iformat().flags() & avformat.AVFMT_NOTIMESTAMPS) == 0;
    }

    /** In the stream's units to microseconds; none stays none. */
    long micros(long timestamp) {
        return timestamp == avutil.AV_NOPTS_VALUE
                ? timestamp
                : avutil.av_rescale_q(timestamp, stream.time_base(), MICROS);
    }

    /** Pictures a second as the container states them; 0 when it does not. */
    double frameRate() {
        AVRational rate = stream.avg_frame_rate();
        return rate.den() == 0 ? 0 : (double) rate.num() / rate.den();
    }

    /** Width of a pixel to its height. */
    AVRational aspect() {
        return avformat.av_guess_sample_aspect_ratio(format, stream, frame);
    }

    /** Takes a frame from the decoder: the next one is in {@link #frame}; false when it needs packets first. */
    boolean receive() throws IOException {
        int got = avcodec.avcodec_receive_frame(codec, frame);
        if (got >= 0) {
            requireMoreThanNothing();
            return true;
        }
        if (got != org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN() && got != avutil.AVERROR_EOF) {
            checkDecoded(got);
        }
        return false;
    }

    private void requireMoreThanNothing() throws IOException {
        long pixels = (long) frame.width() * frame.height();
        if (pixels > FrameLimits.MOST_PIXELS) {
            throw new IOException("found " + pixels + " pixels in a picture of " + name + ", expected at most "
                    + FrameLimits.MOST_PIXELS);
        }
    }

    /** Reads the next packet of the video; false at the end, where the decoder is told so. */
    boolean read() throws IOException {
        while (!drained) {
            avcodec.av_packet_unref(packet);
            int read = avformat.av_read_frame(format, packet);
            interrupt.requireGoingOn(name);
            if (read == avutil.AVERROR_EOF) {
                drained = true;
                avcodec.avcodec_send_packet(codec, null);
                return false;
            }
            FfmpegFailure.check(read, "reading " + name, "more of the video; check the network or the file");
            if (packet.stream_index() == stream.index()) {
                return true;
            }
        }
        return false;
    }

    /** Gives the packet that was read to the decoder. */
    void decode() throws IOException {
        checkDecoded(avcodec.avcodec_send_packet(codec, packet));
    }

    /** Whether the decoder has given all its frames. */
    boolean isDrained() {
        return drained;
    }

    private void checkDecoded(int code) throws IOException {
        if (!(live && code == avutil.AVERROR_INVALIDDATA)) {
            FfmpegFailure.check(code, "decoding " + name, "an undamaged video; convert it again from its source");
        }
    }

    @Override
    public void close() {
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

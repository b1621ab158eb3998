package io.nolook.frame.ffmpeg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avdevice;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;

/**
 * An open file, network stream or device, and what it says of itself; packets come out of it.
 *
 * <p>Owned by one thread, which closes it; holds native memory until then.
 */
final class Container implements AutoCloseable {
    private static final String FILE_PROTOCOLS = "file";
    private static final String WEB_PROTOCOLS = "http,https,httpproxy,tcp,tls,crypto";
    private static final String RTSP_PROTOCOLS = "rtsp,rtsps,rtp,srtp,udp," + WEB_PROTOCOLS;

    private final String name;
    private final Interrupt interrupt;
    private final boolean file;
    private final Optional<String> cut;
    private AVFormatContext format;

    /** @param uri as {@link FfmpegPictureSource} takes it */
    Container(String uri, FfmpegOptions options, Interrupt interrupt) throws IOException {
        name = RedactedUri.of(uri);
        this.interrupt = interrupt;
        file = Files.isRegularFile(pathOf(uri));
        cut = file ? CutFile.found(pathOf(uri)) : Optional.empty();
        // else FFmpeg takes what is before a colon in a name for a protocol
        String address = file ? "file:" + pathOf(uri).toAbsolutePath() : uri;
        AVDictionary settings = settings(uri, options);
        try {
            // freed by FFmpeg itself when opening fails, so ours only afterwards
            AVFormatContext opening = FfmpegFailure.allocated(avformat.avformat_alloc_context());
            interrupt.attach(opening);
            opening.correct_ts_overflow(0); // it takes a time that steps back for one that wrapped, a day later
            int opened = avformat.avformat_open_input(opening, address, demuxer(options), settings);
            if (opened < 0) {
                interrupt.requireGoingOn(name);
            }
            if (opened < 0 && cut.isPresent()) {
                throw new IOException(
                        "found " + cut.get() + ", in " + name + ", and nothing before it that tells how to"
                                + " read it, expected a whole recording; copy it again from its source");
            }
            FfmpegFailure.check(
                    opened,
                    "opening " + name,
                    "a readable video file, stream or device; check the address and who may read it");
            format = opening;
        } finally {
            avutil.av_dict_free(settings);
        }
        if (file) {
            interrupt.neverStalls();
        }
        try {
            lookForStreams(options);
        } catch (IOException e) {
            close();
            throw e;
        }
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

    private AVDictionary settings(String uri, FfmpegOptions options) {
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

    /** FFmpeg decodes a picture where a head does not tell all: of the streams known by now, none of too many pixels. */
    private void lookForStreams(FfmpegOptions options) throws IOException {
        int known = format.nb_streams();
        if (isKnownCamera()) {
            return;
        }
        try (PointerPointer<AVDictionary> limits = new PointerPointer<>(Math.max(1, known))) {
            for (int i = 0; i < known; i++) {
                AVDictionary limit = new AVDictionary(null);
                avutil.av_dict_set(limit, "max_pixels", Long.toString(options.maxPixels()), 0);
                limits.put(i, limit);
            }
            int looked = avformat.avformat_find_stream_info(format, limits);
            for (int i = 0; i < known; i++) {
                AVDictionary left = limits.get(AVDictionary.class, i);
                if (left != null) {
                    avutil.av_dict_free(left);
                }
            }
            FfmpegFailure.check(looked, "looking for streams in " + name, "a complete video");
        }
    }

    /** A camera that says what it sends is not looked at first: that would hold back its first pictures. */
    private boolean isKnownCamera() {
        if (file || !isCalled("rtsp") && !isCalled("mpjpeg")) {
            return false;
        }
        for (int i = 0; i < format.nb_streams(); i++) {
            AVCodecParameters parameters = format.streams(i).codecpar();
            if (parameters.codec_type() == avutil.AVMEDIA_TYPE_VIDEO
                    && parameters.codec_id() != avcodec.AV_CODEC_ID_NONE) {
                return true;
            }
        }
        return false;
    }

    AVFormatContext format() {
        return format;
    }

    /** A file on a disk, whose pictures were all there when it was opened. */
    boolean isFile() {
        return file;
    }

    /** Without an end of its own. */
    boolean isLive() {
        return format.duration() == avutil.AV_NOPTS_VALUE && !file;
    }

    /** MPEG-TS: made to be cut anywhere, and joined. */
    boolean isTransportStream() {
        return isCalled("mpegts");
    }

    /** Whether its times are the camera's or the file's: of some streams they are made up. */
    boolean hasTimes() {
        return !isCalled("mpjpeg") && (format.iformat().flags() & avformat.AVFMT_NOTIMESTAMPS) == 0;
    }

    /** Whether FFmpeg passes on a part of a packet without a word, at the end of a file that is cut. */
    boolean tellsNoPart() {
        return isTransportStream() || isCalled("gif");
    }

    private boolean isCalled(String demuxer) {
        return format.iformat().name().getString().equals(demuxer);
    }

    /** Where the file ends, if before its structure does. */
    Optional<String> cut() {
        return cut;
    }

    /** When it says that it was made. */
    Optional<Instant> createdAt() {
        AVDictionaryEntry entry = avutil.av_dict_get(format.metadata(), "creation_time", null, 0);
        try {
            return Optional.ofNullable(entry)
                    .map(told -> Instant.parse(told.value().getString()))
                    .filter(Instant.EPOCH::isBefore);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads a packet of any stream.
     *
     * @return false at the end
     */
    boolean read(AVPacket packet) throws IOException {
        int read = avformat.av_read_frame(format, packet);
        interrupt.requireGoingOn(name);
        if (read == avutil.AVERROR_EOF) {
            return false;
        }
        FfmpegFailure.check(read, "reading " + name, "more of the video; check the network or the file");
        return true;
    }

    @Override
    public void close() {
        if (format != null) {
            avformat.avformat_close_input(format);
            format = null;
        }
    }
}

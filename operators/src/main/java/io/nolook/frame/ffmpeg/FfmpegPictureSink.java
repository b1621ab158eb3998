package io.nolook.frame.ffmpeg;

import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSink;
import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Writes pictures as an H.264 video in an {@code .mp4} that browsers play.
 *
 * <p>Encoded by OpenH264, or as MPEG-4 part 2 where this FFmpeg lacks it. The codec wants even sizes of at least 16:
 * smaller or odd pictures repeat their last column and row. The first picture sets the size. Owned by one thread,
 * which closes it; without a picture no file is written.
 */
public final class FfmpegPictureSink implements PictureSink {
    private static final String[] ENCODERS = {"libopenh264", "mpeg4"};
    private static final int SMALLEST_SIDE = 16;
    private static final int MOST_RATE_PARTS = 100_000;
    private static final double BITS_PER_PIXEL = 0.5;
    private static final long LEAST_BIT_RATE = 1_000_000;

    private final Path path;
    private final AVRational rate;
    private FrameSize size;
    private AVFormatContext format;
    private AVCodecContext codec;
    private AVStream stream;
    private AVPacket packet;
    private AVFrame frame;
    private RgbConverter converter;
    private long written;
    private boolean started;

    /**
     * @param path where the video goes; an older file there is replaced
     * @param framesPerSecond above 0, at most 1000
     */
    public FfmpegPictureSink(Path path, double framesPerSecond) {
        if (!(framesPerSecond > 0 && framesPerSecond <= 1000)) {
            throw new IllegalArgumentException(
                    "found " + framesPerSecond + " frames a second, expected above 0 and at most 1000");
        }
        this.path = path;
        this.rate = avutil.av_d2q(framesPerSecond, MOST_RATE_PARTS);
    }

    @Override
    public void write(Picture picture) throws IOException {
        FrameSize found = new FrameSize(picture.width(), picture.height());
        if (size == null) {
            open(found);
            size = found;
        }
        if (!size.equals(found)) {
            throw new IOException("found a picture of " + found.width() + " x " + found.height() + " for " + path
                    + ", expected " + size.width() + " x " + size.height() + " like the first");
        }
        FfmpegFailure.check(avutil.av_frame_make_writable(frame), "taking memory for a frame", "enough of it");
        converter.toFrame(picture, frame);
        frame.pts(written++);
        encode(frame);
    }

    private void open(FrameSize pictures) throws IOException {
        try {
            FfmpegFailure.quiet();
            format = new AVFormatContext(null);
            FfmpegFailure.check(
                    avformat.avformat_alloc_output_context2(format, null, "mp4", path.toString()),
                    "preparing " + path,
                    "an .mp4 muxer");
            AVCodec encoder = encoder();
            openEncoder(encoder, even(pictures.width()), even(pictures.height()));
            stream = FfmpegFailure.allocated(avformat.avformat_new_stream(format, encoder));
            stream.time_base(codec.time_base());
            stream.avg_frame_rate(rate);
            FfmpegFailure.check(
                    avcodec.avcodec_parameters_from_context(stream.codecpar(), codec), "preparing " + path, "a stream");
            converter = new RgbConverter();
            packet = FfmpegFailure.allocated(avcodec.av_packet_alloc());
            frame = frame();
            start();
        } catch (IOException | RuntimeException | LinkageError e) {
            free();
            throw e instanceof IOException failure
                    ? failure
                    : new IOException("found " + e + " while opening " + path, e);
        }
    }

    private void start() throws IOException {
        AVIOContext file = new AVIOContext(null);
        FfmpegFailure.check(
                avformat.avio_open(file, path.toAbsolutePath().toString(), avformat.AVIO_FLAG_WRITE),
                "creating " + path,
                "a folder that exists and may be written");
        format.pb(file);
        AVDictionary settings = new AVDictionary(null);
        try {
            // the index goes to the front, so that a browser can start before it has everything
            avutil.av_dict_set(settings, "movflags", "+faststart", 0);
            FfmpegFailure.check(
                    avformat.avformat_write_header(format, settings), "writing the header of " + path, "free space");
        } finally {
            avutil.av_dict_free(settings);
        }
        started = true;
    }

    private static AVCodec encoder() throws IOException {
        for (String name : ENCODERS) {
            AVCodec encoder = avcodec.avcodec_find_encoder_by_name(name);
            if (encoder != null && !encoder.isNull()) {
                return encoder;
            }
        }
        throw new IOException("found an FFmpeg without video encoders, expected libopenh264 or mpeg4");
    }

    private void openEncoder(AVCodec encoder, int width, int height) throws IOException {
        codec = FfmpegFailure.allocated(avcodec.avcodec_alloc_context3(encoder));
        codec.width(width);
        codec.height(height);
        codec.pix_fmt(avutil.AV_PIX_FMT_YUV420P);
        codec.time_base(avutil.av_make_q(rate.den(), rate.num()));
        codec.framerate(rate);
        codec.gop_size(Math.max(1, (int) Math.round(2.0 * rate.num() / rate.den())));
        codec.bit_rate(bitRate(width, height));
        codec.qmin(2);
        codec.qmax(24);
        codec.color_range(avutil.AVCOL_RANGE_MPEG);
        codec.colorspace(avutil.AVCOL_SPC_SMPTE170M);
        codec.color_primaries(avutil.AVCOL_PRI_SMPTE170M);
        codec.color_trc(avutil.AVCOL_TRC_SMPTE170M);
        if ((format.oformat().flags() & avformat.AVFMT_GLOBALHEADER) != 0) {
            codec.flags(codec.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        }
        FfmpegFailure.check(
                avcodec.avcodec_open2(codec, encoder, (AVDictionary) null),
                "starting the encoder for " + path + " at " + width + " x " + height,
                "a size the codec can hold");
    }

    private long bitRate(int width, int height) {
        double perSecond = BITS_PER_PIXEL * width * height * rate.num() / rate.den();
        return Math.max(LEAST_BIT_RATE, Math.min((long) perSecond, Integer.MAX_VALUE / 2));
    }

    private AVFrame frame() throws IOException {
        AVFrame made = FfmpegFailure.allocated(avutil.av_frame_alloc());
        made.format(codec.pix_fmt());
        made.width(codec.width());
        made.height(codec.height());
        made.color_range(codec.color_range());
        made.colorspace(codec.colorspace());
        made.color_primaries(codec.color_primaries());
        made.color_trc(codec.color_trc());
        FfmpegFailure.check(avutil.av_frame_get_buffer(made, 0), "taking memory for a frame", "enough of it");
        return made;
    }

    /** @param next null drains the encoder */
    private void encode(AVFrame next) throws IOException {
        FfmpegFailure.check(
                avcodec.avcodec_send_frame(codec, next), "encoding picture " + written + " of " + path, "a picture");
        while (true) {
            int got = avcodec.avcodec_receive_packet(codec, packet);
            if (got == avutil.AVERROR_EOF || got == org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN()) {
                return;
            }
            FfmpegFailure.check(got, "encoding " + path, "a packet");
            packet.duration(1);
            avcodec.av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
            packet.stream_index(stream.index());
            FfmpegFailure.check(avformat.av_interleaved_write_frame(format, packet), "writing " + path, "free space");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (started) {
                started = false;
                encode(null);
                FfmpegFailure.check(avformat.av_write_trailer(format), "completing " + path, "free space");
            }
        } finally {
            free();
        }
    }

    private void free() {
        if (converter != null) {
            converter.close();
            converter = null;
        }
        frame = Freed.of(frame);
        packet = Freed.of(packet);
        codec = Freed.of(codec);
        if (format != null && !format.isNull()) {
            if (format.pb() != null) {
                avformat.avio_closep(format.pb());
            }
            avformat.avformat_free_context(format);
        }
        format = null;
    }

    private static int even(int side) {
        return Math.max(SMALLEST_SIDE, side + (side & 1));
    }
}

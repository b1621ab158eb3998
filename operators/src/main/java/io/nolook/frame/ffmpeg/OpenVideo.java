package io.nolook.frame.ffmpeg;

import io.nolook.frame.FrameLimits;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Orientation;
import io.nolook.frame.Picture;
import java.io.IOException;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * The first video stream of a container: how it is decoded, and how its frames become pictures as players show them.
 *
 * <p>Owned by one thread, which closes it after its decoders; holds native memory until then. Any thread may cancel it.
 */
final class OpenVideo implements AutoCloseable {
    private static final AVRational MICROS = avutil.av_make_q(1, 1_000_000);
    private static final long USUAL_FRAME_MICROS = 40_000;

    private final String name;
    private final long maxPixels;
    private final Interrupt interrupt;
    private @Nullable Container container;
    private @Nullable RgbConverter converter;
    private AVStream stream;
    private AVCodec codec;
    private int orientation = Orientation.UPRIGHT;

    /**
     * @param uri a path, or a URL of a scheme that FFmpeg knows ({@code rtsp://}, {@code http://}), or a device
     * @throws IOException when it cannot be opened, or holds no video
     */
    OpenVideo(String uri, FfmpegOptions options) throws IOException {
        name = RedactedUri.of(uri);
        maxPixels = options.maxPixels();
        interrupt = new Interrupt(options.timeout());
        try {
            FfmpegFailure.quiet();
            container = new Container(uri, options, interrupt);
            chooseStream();
            orientation = DisplayMatrix.orientation(stream);
            converter = new RgbConverter();
        } catch (IOException | RuntimeException | LinkageError e) {
            close();
            throw notOpened(e);
        }
    }

    private void chooseStream() throws IOException {
        try (PointerPointer<AVCodec> found = new PointerPointer<>(1)) {
            int index = FfmpegFailure.check(
                    avformat.av_find_best_stream(container.format(), avutil.AVMEDIA_TYPE_VIDEO, -1, -1, found, 0),
                    "looking for video in " + name,
                    "a video stream of a known codec");
            codec = found.get(AVCodec.class);
            stream = container.format().streams(index);
        }
    }

    /** What a failure while opening is told as. */
    IOException notOpened(Throwable e) {
        return e instanceof IOException failure ? failure : new IOException("found " + e + " while opening " + name, e);
    }

    /** Of the address, with nothing secret in it. */
    String name() {
        return name;
    }

    Container container() {
        return container;
    }

    /** Whether a packet is one of this stream's. */
    boolean holds(AVPacket packet) {
        return packet.stream_index() == stream.index();
    }

    int codecId() {
        return stream.codecpar().codec_id();
    }

    /** How often the codec's decoder can halve a picture itself. */
    int mostHalvings() {
        return codec.max_lowres();
    }

    /** Whether players turn or mirror its pictures in no way. */
    boolean isUpright() {
        return orientation == Orientation.UPRIGHT;
    }

    /**
     * A decoder, which is the caller's.
     *
     * @param settings made before it is opened
     */
    AVCodecContext decoder(Consumer<AVCodecContext> settings) throws IOException {
        AVCodecContext made = FfmpegFailure.allocated(avcodec.avcodec_alloc_context3(codec));
        try {
            FfmpegFailure.check(
                    avcodec.avcodec_parameters_to_context(made, stream.codecpar()),
                    "reading the codec parameters of " + name,
                    "a complete video");
            made.pkt_timebase(stream.time_base());
            made.max_pixels(maxPixels);
            settings.accept(made);
            FfmpegFailure.check(
                    avcodec.avcodec_open2(made, codec, (AVDictionary) null),
                    "starting the decoder for " + name,
                    "a video of at most " + maxPixels + " pixels a picture");
            return made;
        } catch (IOException | RuntimeException | LinkageError e) {
            Freed.of(made);
            throw e;
        }
    }

    /** Whether what FFmpeg returned while decoding is no failure, or one that a live source goes on after. */
    boolean goesOn(int code) {
        return code >= 0 || container.isLive() && code == avutil.AVERROR_INVALIDDATA;
    }

    /** @throws IOException when decoding cannot go on */
    void requireGoingOn(int code) throws IOException {
        if (!goesOn(code)) {
            FfmpegFailure.check(code, "decoding " + name, "an undamaged video; convert it again from its source");
        }
    }

    /** Pictures a second as the container states them; 0 when it does not. */
    double frameRate() {
        AVRational rate = stream.avg_frame_rate();
        return rate.den() == 0 ? 0 : (double) rate.num() / rate.den();
    }

    /** From one picture to the next, where pictures have no times. */
    long usualMicros() {
        double rate = frameRate();
        return rate > 0 ? Math.round(1e6 / rate) : USUAL_FRAME_MICROS;
    }

    /** A time in the stream's units to microseconds; none stays none. */
    long micros(long timestamp) {
        return timestamp == avutil.AV_NOPTS_VALUE
                ? timestamp
                : avutil.av_rescale_q(timestamp, stream.time_base(), MICROS);
    }

    /**
     * The size of a frame with square pixels, before it is turned.
     *
     * @throws IOException when it has more pixels than any picture may
     */
    FrameSize square(AVFrame frame) throws IOException {
        long pixels = (long) frame.width() * frame.height();
        if (pixels > FrameLimits.MOST_PIXELS) {
            throw new IOException("found " + pixels + " pixels in a picture of " + name + ", expected at most "
                    + FrameLimits.MOST_PIXELS);
        }
        AVRational aspect = avformat.av_guess_sample_aspect_ratio(container.format(), stream, frame);
        return SquarePixels.of(frame.width(), frame.height(), aspect.num(), aspect.den(), maxPixels);
    }

    /** A frame as a picture of a size before it is turned; the frame's pixels are let go of. */
    Picture shown(AVFrame frame, FrameSize size) throws IOException {
        Picture picture = Orientation.turn(converter.toPicture(frame, size.width(), size.height()), orientation);
        avutil.av_frame_unref(frame);
        return picture;
    }

    /** From now on the next picture is waited for. */
    void waits() {
        interrupt.waits();
    }

    /** What is waited for is given up. */
    void cancel() {
        interrupt.cancel();
    }

    @Override
    public void close() {
        if (converter != null) {
            converter.close();
            converter = null;
        }
        if (container != null) {
            container.close();
            container = null;
        }
        interrupt.close();
    }
}

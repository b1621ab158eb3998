package io.nolook.frame.ffmpeg;

import io.nolook.frame.FrameLimits;
import java.io.IOException;
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

/**
 * A camera's packets one by one, and a decoder for those that are wanted.
 *
 * <p>Of a live source, damaged packets are stepped over. One thread's, also inside FFmpeg: of many cameras each needs little,
 * and none may take the others' share. Owned by that thread, which closes it before the container; holds native memory until
 * then.
 */
final class CameraDecoder implements AutoCloseable {
    private final Container container;
    private final String name;
    private final FfmpegOptions options;
    private final AVStream stream;
    private final AVCodec decoder;
    private AVCodecContext codec;
    private AVPacket packet;
    private AVFrame frame;
    private boolean drained;

    /**
     * @param container stays the caller's
     * @param name of it, in messages
     */
    CameraDecoder(Container container, String name, FfmpegOptions options) throws IOException {
        this.container = container;
        this.name = name;
        this.options = options;
        try (PointerPointer<AVCodec> found = new PointerPointer<>(1)) {
            int index = FfmpegFailure.check(
                    avformat.av_find_best_stream(container.format(), avutil.AVMEDIA_TYPE_VIDEO, -1, -1, found, 0),
                    "looking for video in " + name,
                    "a video stream of a known codec");
            decoder = found.get(AVCodec.class);
            stream = container.format().streams(index);
            packet = FfmpegFailure.allocated(avcodec.av_packet_alloc());
            frame = FfmpegFailure.allocated(avutil.av_frame_alloc());
            open(0);
        } catch (IOException | RuntimeException | LinkageError e) {
            close();
            throw e;
        }
    }

    /**
     * Begins decoding, or begins it anew.
     *
     * @param halvings of width and height by the decoder itself, for codecs that have it
     */
    void open(int halvings) throws IOException {
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
        codec.thread_count(1);
        FfmpegFailure.check(
                avcodec.avcodec_open2(codec, decoder, (AVDictionary) null),
                "starting the decoder for " + name,
                "a video of at most " + options.maxPixels() + " pixels a picture");
    }

    /** How often the decoder itself can halve a picture. */
    int mostHalvings() {
        return decoder.max_lowres();
    }

    /** Has it leave out frames that no other needs. */
    void leaveOutUnneeded() {
        codec.skip_frame(avcodec.AVDISCARD_NONREF);
    }

    AVStream stream() {
        return stream;
    }

    /** The packet that {@link #read} has filled. */
    AVPacket packet() {
        return packet;
    }

    /** The frame that {@link #receive} has filled. */
    AVFrame frame() {
        return frame;
    }

    /** Width of a pixel of the frame to its height. */
    AVRational aspect() {
        return avformat.av_guess_sample_aspect_ratio(container.format(), stream, frame);
    }

    /** Reads the next packet of the video; false at the end, where the decoder is told so. */
    boolean read() throws IOException {
        while (!drained) {
            avcodec.av_packet_unref(packet);
            if (!container.read(packet)) {
                drained = true;
                avcodec.avcodec_send_packet(codec, null);
            } else if (packet.stream_index() == stream.index()) {
                return true;
            }
        }
        return false;
    }

    /** Gives the packet that was read to the decoder. */
    void decode() throws IOException {
        checkDecoded(avcodec.avcodec_send_packet(codec, packet));
    }

    /** Takes a frame from the decoder: the next one is in {@link #frame}; false when it needs packets first. */
    boolean receive() throws IOException {
        int got = avcodec.avcodec_receive_frame(codec, frame);
        if (got < 0) {
            boolean waits = got == org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN() || got == avutil.AVERROR_EOF;
            checkDecoded(waits ? 0 : got);
            return false;
        }
        long pixels = (long) frame.width() * frame.height();
        if (pixels > FrameLimits.MOST_PIXELS) {
            throw new IOException("found " + pixels + " pixels in a picture of " + name + ", expected at most "
                    + FrameLimits.MOST_PIXELS);
        }
        return true;
    }

    /** Whether there are no packets left. */
    boolean isDrained() {
        return drained;
    }

    private void checkDecoded(int code) throws IOException {
        if (!(container.isLive() && code == avutil.AVERROR_INVALIDDATA)) {
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
    }
}

package io.nolook.frame.ffmpeg;

import java.io.IOException;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the first video stream of a container: packets in, frames out.
 *
 * <p>A live source's damaged packets are stepped over. A file ends at its first damage. What the decoder holds back then, in
 * order to sort it, is lost: a frame that belongs before it may be missing. FFmpeg tells damage in four ways:
 *
 * <ul>
 *   <li>an error of the decoder, which that of HEVC keeps to itself unless it is told to be strict;
 *   <li>a frame with error flags, where a decoder conceals;
 *   <li>a packet that is flagged as shorter than its container says, which in a transport stream may as well be the place
 *       where two were joined;
 *   <li>nothing at all, where a file is cut: {@link CutFile} finds that. The last packet of a transport stream or GIF that
 *       is cut is a part of one.
 * </ul>
 *
 * Owned by one thread, which closes it before the container; holds native memory until then.
 */
final class VideoDecoder implements AutoCloseable {
    private final Container container;
    private final String name;
    private final AVStream stream;
    private AVCodecContext codec;
    private AVPacket packet;
    private @Nullable AVPacket held;
    private AVFrame frame;
    private boolean strict;
    private boolean begun;
    private boolean drained;
    private boolean over;
    private Optional<String> damage = Optional.empty();

    /**
     * @param container stays the caller's
     * @param name of it, in messages
     */
    VideoDecoder(Container container, String name, FfmpegOptions options) throws IOException {
        this.container = container;
        this.name = name;
        try (PointerPointer<AVCodec> found = new PointerPointer<>(1)) {
            int index = FfmpegFailure.check(
                    avformat.av_find_best_stream(container.format(), avutil.AVMEDIA_TYPE_VIDEO, -1, -1, found, 0),
                    "looking for video in " + name,
                    "a video stream of a known codec");
            stream = container.format().streams(index);
            open(found.get(AVCodec.class), options);
        } catch (IOException | RuntimeException | LinkageError e) {
            close();
            throw e;
        }
    }

    private void open(AVCodec decoder, FfmpegOptions options) throws IOException {
        codec = FfmpegFailure.allocated(avcodec.avcodec_alloc_context3(decoder));
        FfmpegFailure.check(
                avcodec.avcodec_parameters_to_context(codec, stream.codecpar()),
                "reading the codec parameters of " + name,
                "a complete video");
        codec.pkt_timebase(stream.time_base());
        codec.max_pixels(options.maxPixels());
        if (container.isLive()) {
            codec.thread_count(1); // of many cameras each needs little, and none may take the others' share
        }
        strict = container.isFile() && codec.codec_id() == avcodec.AV_CODEC_ID_HEVC;
        if (strict) {
            codec.err_recognition(avcodec.AV_EF_EXPLODE);
        }
        FfmpegFailure.check(
                avcodec.avcodec_open2(codec, decoder, (AVDictionary) null),
                "starting the decoder for " + name,
                "a video of at most " + options.maxPixels() + " pixels a picture");
        packet = FfmpegFailure.allocated(avcodec.av_packet_alloc());
        held = container.cut().isPresent() && container.tellsNoPart()
                ? FfmpegFailure.allocated(avcodec.av_packet_alloc())
                : null;
        frame = FfmpegFailure.allocated(avutil.av_frame_alloc());
    }

    AVStream stream() {
        return stream;
    }

    /** What ended a file before its time, for a message that begins with "found"; once {@link #next} is empty. */
    Optional<String> damage() {
        return damage;
    }

    /** The next frame, which is the decoder's own and valid until the next call; empty at the end. */
    Optional<AVFrame> next() throws IOException {
        while (!over) {
            int got = avcodec.avcodec_receive_frame(codec, frame);
            if (got >= 0 && !isGuessed()) {
                return Optional.of(frame);
            }
            if (got >= 0) {
                breakOff("a picture that its decoder had to guess in part");
            } else if (got == avutil.AVERROR_EOF) {
                over = true;
            } else {
                failed(got == org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN() ? 0 : got);
                feed();
            }
        }
        return Optional.empty();
    }

    private boolean isGuessed() {
        return container.isFile() && frame.decode_error_flags() != 0;
    }

    private void feed() throws IOException {
        if (over || drained) {
            return;
        }
        try {
            if (!container.read(packet)) {
                container.cut().ifPresent(this::breakOff);
                drained = true;
                avcodec.avcodec_send_packet(codec, null);
                return;
            }
        } catch (IOException e) {
            if (!container.isFile()) {
                throw e;
            }
            breakOff(e.getMessage());
            return;
        }
        try {
            if (packet.stream_index() == stream.index()) {
                take();
            }
        } finally {
            avcodec.av_packet_unref(packet);
        }
    }

    private void take() throws IOException {
        boolean part = (packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0 && !container.isTransportStream();
        if (part && container.isFile()) {
            breakOff(container.cut().orElse("a packet that is shorter than its container says"));
            return;
        }
        begun |= (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
        if (strict && !begun) {
            return; // a recording that was cut at its beginning
        }
        if (held != null) {
            AVPacket last = packet;
            packet = held;
            held = last;
        }
        if (packet.size() > 0) {
            failed(avcodec.avcodec_send_packet(codec, packet));
        }
    }

    /** @param code what FFmpeg returned; negative is a failure */
    private void failed(int code) throws IOException {
        if (code >= 0 || container.isLive() && code == avutil.AVERROR_INVALIDDATA) {
            return;
        }
        if (!container.isFile()) {
            FfmpegFailure.check(code, "decoding " + name, "an undamaged video; convert it again from its source");
        }
        breakOff("\"" + FfmpegFailure.text(code) + "\" while decoding");
    }

    private void breakOff(String found) {
        damage = Optional.of(found);
        over = true;
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
        if (held != null) {
            avcodec.av_packet_free(held);
            held = null;
        }
        if (codec != null) {
            avcodec.avcodec_free_context(codec);
            codec = null;
        }
    }
}

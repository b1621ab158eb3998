package io.nolook.frame.ffmpeg;

import java.io.IOException;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
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
 * Owned by one thread, which closes it; holds native memory until then.
 */
final class VideoDecoder implements AutoCloseable {
    private final OpenVideo video;
    private final Container container;
    private @Nullable AVCodecContext codec;
    private @Nullable AVPacket packet;
    private @Nullable AVPacket held;
    private @Nullable AVFrame frame;
    private boolean strict;
    private boolean begun;
    private boolean drained;
    private boolean over;
    private Optional<String> damage = Optional.empty();

    /** @param video closed with this decoder, also when it cannot be made */
    VideoDecoder(OpenVideo video) throws IOException {
        this.video = video;
        container = video.container();
        try {
            codec = video.decoder(this::set);
            packet = FfmpegFailure.allocated(avcodec.av_packet_alloc());
            held = container.cut().isPresent() && container.tellsNoPart()
                    ? FfmpegFailure.allocated(avcodec.av_packet_alloc())
                    : null;
            frame = FfmpegFailure.allocated(avutil.av_frame_alloc());
        } catch (IOException | RuntimeException | LinkageError e) {
            close();
            throw video.notOpened(e);
        }
    }

    private void set(AVCodecContext made) {
        if (container.isLive()) {
            made.thread_count(1); // of many cameras each needs little, and none may take the others' share
        }
        strict = container.isFile() && made.codec_id() == avcodec.AV_CODEC_ID_HEVC;
        if (strict) {
            made.err_recognition(avcodec.AV_EF_EXPLODE);
        }
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
            if (video.holds(packet)) {
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
        if (container.isFile() && !video.goesOn(code)) {
            breakOff("\"" + FfmpegFailure.text(code) + "\" while decoding");
        } else {
            video.requireGoingOn(code);
        }
    }

    private void breakOff(String found) {
        damage = Optional.of(found);
        over = true;
    }

    @Override
    public void close() {
        over = true;
        frame = Freed.of(frame);
        packet = Freed.of(packet);
        held = Freed.of(held);
        codec = Freed.of(codec);
        video.close();
    }
}

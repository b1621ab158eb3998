package io.nolook.frame.ffmpeg;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * A camera's packets one by one, and a decoder for those that are wanted.
 *
 * <p>Of a live source, damaged packets are stepped over. One thread's, also inside FFmpeg: of many cameras each needs little,
 * and none may take the others' share. Owned by that thread, which closes it; holds native memory until then.
 */
final class CameraDecoder implements AutoCloseable {
    private final OpenVideo video;
    private @Nullable AVCodecContext codec;
    private @Nullable AVPacket packet;
    private @Nullable AVFrame frame;
    private boolean drained;

    /** @param video closed with this decoder, also when it cannot be made */
    CameraDecoder(OpenVideo video) throws IOException {
        this.video = video;
        try {
            packet = FfmpegFailure.allocated(avcodec.av_packet_alloc());
            frame = FfmpegFailure.allocated(avutil.av_frame_alloc());
            open(0);
        } catch (IOException | RuntimeException | LinkageError e) {
            close();
            throw video.notOpened(e);
        }
    }

    /**
     * Begins decoding, or begins it anew.
     *
     * @param halvings of width and height by the decoder itself, for codecs that have it
     */
    void open(int halvings) throws IOException {
        codec = Freed.of(codec);
        codec = video.decoder(made -> {
            made.lowres(Math.min(halvings, video.mostHalvings()));
            made.thread_count(1);
        });
    }

    /** Has it leave out frames that no other needs. */
    void leaveOutUnneeded() {
        codec.skip_frame(avcodec.AVDISCARD_NONREF);
    }

    /** The packet that {@link #read} has filled. */
    AVPacket packet() {
        return packet;
    }

    /** The frame that {@link #receive} has filled. */
    AVFrame frame() {
        return frame;
    }

    /** Reads the next packet of the video; false at the end, where the decoder is told so. */
    boolean read() throws IOException {
        while (!drained) {
            avcodec.av_packet_unref(packet);
            if (!video.container().read(packet)) {
                drained = true;
                avcodec.avcodec_send_packet(codec, null);
            } else if (video.holds(packet)) {
                return true;
            }
        }
        return false;
    }

    /** Gives the packet that was read to the decoder. */
    void decode() throws IOException {
        video.requireGoingOn(avcodec.avcodec_send_packet(codec, packet));
    }

    /** Takes a frame from the decoder: the next one is in {@link #frame}; false when it needs packets first. */
    boolean receive() throws IOException {
        if (codec == null) {
            return false;
        }
        int got = avcodec.avcodec_receive_frame(codec, frame);
        boolean waits = got == org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN() || got == avutil.AVERROR_EOF;
        if (!waits) {
            video.requireGoingOn(got);
        }
        return got >= 0;
    }

    /** Whether there are no packets left. */
    boolean isDrained() {
        return drained;
    }

    @Override
    public void close() {
        drained = true;
        frame = Freed.of(frame);
        packet = Freed.of(packet);
        codec = Freed.of(codec);
        video.close();
    }
}

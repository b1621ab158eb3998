package io.nolook.frame.ffmpeg;

import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** Frees what FFmpeg has allocated, where there is something, and gives nothing in its place: FFmpeg itself frees no null. */
final class Freed {
    private Freed() {}

    static @Nullable AVFrame of(@Nullable AVFrame frame) {
        if (frame != null) {
            avutil.av_frame_free(frame);
        }
        return null;
    }

    static @Nullable AVPacket of(@Nullable AVPacket packet) {
        if (packet != null) {
            avcodec.av_packet_free(packet);
        }
        return null;
    }

    static @Nullable AVCodecContext of(@Nullable AVCodecContext codec) {
        if (codec != null) {
            avcodec.avcodec_free_context(codec);
        }
        return null;
    }
}

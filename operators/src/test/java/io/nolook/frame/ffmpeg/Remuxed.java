package io.nolook.frame.ffmpeg;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/** A video's first stream in another container, its packets as they are. */
final class Remuxed {
    private Remuxed() {}

    static Path to(Path to, Path from, AVDictionary settings) throws IOException {
        return to(to, from, settings, "");
    }

    /** @param createdAt as ISO 8601; empty for none */
    static Path to(Path to, Path from, AVDictionary settings, String createdAt) throws IOException {
        AVFormatContext in = new AVFormatContext(null);
        AVFormatContext out = new AVFormatContext(null);
        AVIOContext file = new AVIOContext(null);
        AVPacket packet = avcodec.av_packet_alloc();
        check(avformat.avformat_open_input(in, from.toString(), null, (AVDictionary) null), from);
        check(avformat.avformat_find_stream_info(in, (AVDictionary) null), from);
        check(avformat.avformat_alloc_output_context2(out, null, null, to.toString()), to);
        if (!createdAt.isEmpty()) {
            AVDictionary told = new AVDictionary(null);
            avutil.av_dict_set(told, "creation_time", createdAt, 0);
            out.metadata(told);
        }
        AVStream made = avformat.avformat_new_stream(out, null);
        check(avcodec.avcodec_parameters_copy(made.codecpar(), in.streams(0).codecpar()), to);
        made.codecpar().codec_tag(0);
        made.avg_frame_rate(in.streams(0).avg_frame_rate());
        made.time_base(in.streams(0).time_base());
        check(avformat.avio_open(file, to.toString(), avformat.AVIO_FLAG_WRITE), to);
        out.pb(file);
        check(avformat.avformat_write_header(out, settings), to);
        while (avformat.av_read_frame(in, packet) >= 0) {
            avcodec.av_packet_rescale_ts(packet, in.streams(0).time_base(), made.time_base());
            packet.pos(-1);
            check(avformat.av_interleaved_write_frame(out, packet), to);
        }
        check(avformat.av_write_trailer(out), to);
        avformat.avio_closep(file);
        avformat.avformat_free_context(out);
        avformat.avformat_close_input(in);
        avcodec.av_packet_free(packet);
        return to;
    }

    private static void check(int code, Path path) throws IOException {
        FfmpegFailure.check(code, "writing " + path, "another container");
    }
}

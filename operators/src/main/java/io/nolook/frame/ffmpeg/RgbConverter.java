package io.nolook.frame.ffmpeg;

import io.nolook.frame.Picture;
import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;

/**
 * Converts between FFmpeg's frames and RGB pictures.
 *
 * <p>Follows the matrix and range that the frame is tagged with, and leaves its primaries and transfer alone: HLG, PQ and
 * wide gamut are taken as coded; alpha is laid over black. Rows of a frame are padded; rows of a picture are not. Owns
 * native memory until closed; not thread-safe.
 */
final class RgbConverter implements AutoCloseable {
    private static final int FLAGS =
            swscale.SWS_BILINEAR | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT | swscale.SWS_FULL_CHR_H_INP;

    private final SwsContext context;
    private AVFrame rgb;
    private boolean closed;

    RgbConverter() throws IOException {
        context = FfmpegFailure.allocated(swscale.sws_alloc_context());
        context.flags(FLAGS);
    }

    /** Copies a decoded frame into a picture of a size, which may be another than the frame's; the frame's tags change. */
    Picture toPicture(AVFrame frame, int width, int height) throws IOException {
        boolean alpha = hasAlpha(frame.format());
        AVFrame target = scratch(width, height, alpha ? avutil.AV_PIX_FMT_RGBA : avutil.AV_PIX_FMT_RGB24);
        frame.color_primaries(avutil.AVCOL_PRI_UNSPECIFIED);
        frame.color_trc(avutil.AVCOL_TRC_UNSPECIFIED);
        FfmpegFailure.check(
                swscale.sws_scale_frame(context, target, frame), "converting a frame to RGB", "a known pixel format");
        byte[] pixels = new byte[3 * width * height];
        BytePointer rows = target.data(0);
        long stride = target.linesize(0);
        byte[] row = new byte[alpha ? 4 * width : 0];
        for (int y = 0; y < height; y++) {
            if (alpha) {
                rows.position(y * stride).get(row);
                overBlack(row, pixels, 3 * width * y);
            } else {
                rows.position(y * stride).get(pixels, 3 * width * y, 3 * width);
            }
        }
        return new Picture(width, height, pixels);
    }

    private static boolean hasAlpha(int format) {
        AVPixFmtDescriptor described = avutil.av_pix_fmt_desc_get(format);
        return described != null && (described.flags() & avutil.AV_PIX_FMT_FLAG_ALPHA) != 0;
    }

    private static void overBlack(byte[] rgba, byte[] rgb, int at) {
        for (int in = 0, out = at; in < rgba.length; in++) {
            int alpha = rgba[in | 3] & 0xff;
            if ((in & 3) != 3) {
                rgb[out++] = (byte) (((rgba[in] & 0xff) * alpha + 127) / 255);
            }
        }
    }

    /** Converts a picture into {@code frame}; a larger frame repeats the last column and row. */
    void toFrame(Picture picture, AVFrame frame) throws IOException {
        AVFrame source = scratch(frame.width(), frame.height(), avutil.AV_PIX_FMT_RGB24);
        BytePointer rows = source.data(0);
        long stride = source.linesize(0);
        byte[] row = new byte[3 * frame.width()];
        int used = 3 * picture.width();
        for (int y = 0; y < frame.height(); y++) {
            System.arraycopy(picture.rgb(), used * Math.min(y, picture.height() - 1), row, 0, used);
            for (int i = used; i < row.length; i++) {
                row[i] = row[i - 3];
            }
            rows.position(y * stride).put(row, 0, row.length);
        }
        FfmpegFailure.check(
                swscale.sws_scale_frame(context, frame, source), "converting a picture for its encoder", "YUV 4:2:0");
    }

    private AVFrame scratch(int width, int height, int format) throws IOException {
        if (rgb != null && rgb.width() == width && rgb.height() == height && rgb.format() == format) {
            return rgb;
        }
        freeScratch();
        rgb = FfmpegFailure.allocated(avutil.av_frame_alloc());
        rgb.format(format);
        rgb.width(width);
        rgb.height(height);
        rgb.color_range(avutil.AVCOL_RANGE_JPEG);
        FfmpegFailure.check(avutil.av_frame_get_buffer(rgb, 0), "taking memory for a frame", "enough of it");
        return rgb;
    }

    private void freeScratch() {
        if (rgb != null) {
            avutil.av_frame_free(rgb);
            rgb = null;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            freeScratch();
            swscale.sws_free_context(context);
        }
    }
}

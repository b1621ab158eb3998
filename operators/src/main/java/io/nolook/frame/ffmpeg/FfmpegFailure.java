package io.nolook.frame.ffmpeg;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.global.avutil;

/** Turns FFmpeg's return codes into exceptions with its own words. */
final class FfmpegFailure {
    private static final int LONGEST_TEXT = 128;

    private FfmpegFailure() {}

    /**
     * @param code what FFmpeg returned; negative is a failure
     * @param doing what was tried, such as "opening clip.mp4"
     * @param expected what would have worked, and the fix
     * @return {@code code}
     */
    static int check(int code, String doing, String expected) throws IOException {
        if (code < 0) {
            throw new IOException("found \"" + text(code) + "\" while " + doing + ", expected " + expected);
        }
        return code;
    }

    /** Returns {@code pointer}, unless FFmpeg ran out of memory. */
    static <T extends org.bytedeco.javacpp.Pointer> T allocated(T pointer) throws IOException {
        if (pointer == null || pointer.isNull()) {
            throw new IOException("found no native memory for FFmpeg, expected some; allow the process more");
        }
        return pointer;
    }

    /** FFmpeg itself says nothing: failures are told by whoever asked, and addresses may hold passwords. */
    static void quiet() {
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
    }

    /** FFmpeg's words for a failure. */
    static String text(int code) {
        byte[] text = new byte[LONGEST_TEXT];
        avutil.av_strerror(code, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }
}

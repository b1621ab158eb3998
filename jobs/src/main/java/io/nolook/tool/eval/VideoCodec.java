package io.nolook.tool.eval;

import com.fasterxml.jackson.annotation.JsonValue;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A video codec to compare with: the same prepared frames in, an elementary stream, frames out.
 *
 * <p>Preset slow, tuned for PSNR, 4:2:0, a keyframe at least every {@value #GOP_SECONDS} s, one thread (the streams are
 * then the same each time); no container and no settings message is counted. Both look ahead and code frames out of
 * order, which the tokens do not.
 */
public enum VideoCodec {
    H264("H.264", "libx264", "h264", "filter_units=remove_types=6", List.of()),
    HEVC(
            "HEVC",
            "libx265",
            "hevc",
            "filter_units=remove_types=39-40",
            List.of("-x265-params", "info=0:log-level=error:pools=none:frame-threads=1"));

    /** The default interval of keyframes: 60 token frames of 4 frames at 30 frames/s. */
    static final int GOP_SECONDS = 8;

    /** Constant rate factors, from good to bad: about 0.3 to 0.01 bit per pixel at 128 x 128. */
    static final List<Integer> RATE_FACTORS = List.of(22, 27, 32, 36, 40, 45, 51);

    private static final String SCALER = "bicubic+accurate_rnd+full_chroma_int";

    private final String title;
    private final String encoder;
    private final String format;
    private final String filter;
    private final List<String> extra;

    /** A stream's length and what it decodes to. */
    record Result(long bytes, List<Picture> pictures) {}

    VideoCodec(String title, String encoder, String format, String filter, List<String> extra) {
        this.title = title;
        this.encoder = encoder;
        this.format = format;
        this.filter = filter;
        this.extra = extra;
    }

    /** The encoders of ffmpeg that all of them need. */
    public static List<String> encoders() {
        return Arrays.stream(values()).map(codec -> codec.encoder).toList();
    }

    @JsonValue
    String title() {
        return title;
    }

    /** The encoding command, for the report. */
    String command() {
        return "ffmpeg " + String.join(" ", encode("WxH", "FPS", "8*FPS", "CRF"));
    }

    /** Writes a clip as raw rgb24, the input of {@link #run}. */
    static void writeRaw(Clip clip, Path raw) throws IOException {
        try (var out = Files.newOutputStream(raw)) {
            for (Picture picture : clip.frames()) {
                out.write(picture.rgb());
            }
        }
    }

    /**
     * Encodes and decodes a clip; files go beside {@code raw}.
     *
     * @param raw the clip's frames
     * @param rateFactor CRF, 0 to 51
     */
    Result run(Ffmpeg ffmpeg, Path raw, Clip clip, int rateFactor) throws IOException {
        FrameSize size = clip.size();
        String fps = Double.toString(clip.framesPerSecond());
        int gop = (int) Math.max(1, Math.round(GOP_SECONDS * clip.framesPerSecond()));
        Path stream = raw.resolveSibling(name() + "-" + rateFactor + ".stream");
        Path decoded = raw.resolveSibling(name() + "-" + rateFactor + ".rgb");
        ffmpeg.run(encode(size.toString(), fps, Integer.toString(gop), Integer.toString(rateFactor)), raw, stream);
        ffmpeg.run(decode(), stream, decoded);
        Result result = new Result(Files.size(stream), pictures(decoded, size));
        Files.delete(stream);
        Files.delete(decoded);
        if (result.pictures.size() != clip.frames().size()) {
            throw new IOException("found " + result.pictures.size() + " frames of " + title + " in clip " + clip.name()
                    + ", expected " + clip.frames().size());
        }
        return result;
    }

    private List<String> encode(String size, String fps, String gop, String rateFactor) {
        List<String> arguments = new ArrayList<>(List.of("-f", "rawvideo", "-pix_fmt", "rgb24"));
        Collections.addAll(arguments, "-s", size, "-r", fps, "-i", "pipe:0");
        Collections.addAll(arguments, "-sws_flags", SCALER, "-pix_fmt", "yuv420p", "-c:v", encoder);
        Collections.addAll(arguments, "-preset", "slow", "-tune", "psnr", "-crf", rateFactor, "-g", gop);
        Collections.addAll(arguments, "-threads", "1");
        arguments.addAll(extra);
        Collections.addAll(arguments, "-bsf:v", filter, "-f", format, "pipe:1");
        return arguments;
    }

    private List<String> decode() {
        return List.of(
                "-f",
                format,
                "-i",
                "pipe:0",
                "-sws_flags",
                SCALER,
                "-pix_fmt",
                "rgb24",
                "-vsync",
                "passthrough",
                "-f",
                "rawvideo",
                "pipe:1");
    }

    private static List<Picture> pictures(Path raw, FrameSize size) throws IOException {
        byte[] bytes = Files.readAllBytes(raw);
        List<Picture> pictures = new ArrayList<>();
        int length = size.rgbBytes();
        for (int from = 0; from + length <= bytes.length; from += length) {
            pictures.add(new Picture(size.width(), size.height(), Arrays.copyOfRange(bytes, from, from + length)));
        }
        return pictures;
    }
}

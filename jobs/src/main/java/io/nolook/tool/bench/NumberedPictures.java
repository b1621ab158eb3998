package io.nolook.tool.bench;

import io.nolook.camera.simulator.HttpVideo;
import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.failure.IntakeException;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.tool.eval.Ffmpeg;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures that say which they are, whatever size and coding they come back in.
 *
 * <pre>
 *   the top eighth: {@value #BITS} blocks side by side, the lowest bit first; white is 1
 * </pre>
 */
final class NumberedPictures {
    static final int WIDTH = 640;
    static final int HEIGHT = 360;

    private static final int BITS = 7;
    private static final int COUNT = 1 << BITS;
    private static final double JPEG_QUALITY = 0.8;
    private static final int VIDEO_PID = 256;

    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULTS);

    /** How many there are: the number of one is counted up to here, then begins anew. */
    static int count() {
        return COUNT;
    }

    /** As motion JPEG. */
    static HttpVideo motionJpeg() {
        SimulatedCamera simulated = new SimulatedCamera(1, WIDTH, HEIGHT);
        PictureEncoder encoder = new PictureEncoder();
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            pictures.add(encoder.jpeg(numbered(simulated, i), JPEG_QUALITY));
        }
        return HttpVideo.motionJpeg(pictures);
    }

    /** As H.264 in a transport stream, a key picture every two seconds and no reordering, as cameras send it. */
    static HttpVideo h264(Ffmpeg ffmpeg, double framesPerSecond, Path folder) throws IOException {
        SimulatedCamera simulated = new SimulatedCamera(1, WIDTH, HEIGHT);
        Path raw = folder.resolve("pictures.rgb");
        try (OutputStream out = Files.newOutputStream(raw)) {
            for (int i = 0; i < COUNT; i++) {
                out.write(numbered(simulated, i).rgb());
            }
        }
        Path coded = folder.resolve("pictures.ts");
        String arguments = "-f rawvideo -pix_fmt rgb24 -s " + WIDTH + "x" + HEIGHT + " -r " + framesPerSecond
                + " -i - -an -c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g "
                + Math.round(2 * framesPerSecond) + " -f mpegts -";
        ffmpeg.run(List.of(arguments.split(" ")), raw, coded);
        Files.delete(raw);
        return HttpVideo.transportStream(Files.readAllBytes(coded), VIDEO_PID);
    }

    private static Picture numbered(SimulatedCamera simulated, int number) {
        Picture picture = simulated.picture(number);
        for (int y = 0; y < HEIGHT / 8; y++) {
            for (int x = 0; x < WIDTH; x++) {
                byte level = (byte) ((number >> x * BITS / WIDTH & 1) * 255);
                int at = 3 * (y * WIDTH + x);
                picture.rgb()[at] = level;
                picture.rgb()[at + 1] = level;
                picture.rgb()[at + 2] = level;
            }
        }
        return picture;
    }

    /** The number of a coded picture. */
    int numberOf(ByteBuffer payload) throws IntakeException {
        Picture picture = decoder.decode(payload);
        int number = 0;
        for (int bit = 0; bit < BITS; bit++) {
            int x = (2 * bit + 1) * picture.width() / (2 * BITS);
            int green = picture.rgb()[3 * (picture.height() / 16 * picture.width() + x) + 1] & 0xff;
            number |= (green > 127 ? 1 : 0) << bit;
        }
        return number;
    }
}

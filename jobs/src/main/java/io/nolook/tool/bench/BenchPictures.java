package io.nolook.tool.bench;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.FrameSize;
import io.nolook.frame.PictureEncoder;
import java.util.ArrayList;
import java.util.List;

/**
 * JPEG pictures of a simulated camera, which cameras of a benchmark show.
 *
 * <p>They show them to and fro, so that nothing jumps, each from another one on: cameras whose numbers are
 * {@link #PHASES} apart show the same.
 *
 * @param size of each
 * @param jpegs at least 2
 */
public record BenchPictures(FrameSize size, List<byte[]> jpegs) {
    /** Different streams that there are. */
    public static final int PHASES = 4;

    private static final int COUNT = 50;
    private static final int LARGE_COUNT = 16;
    private static final int LARGE_PIXELS = 256 * 256;
    private static final double JPEG_QUALITY = 0.9;

    /** Pictures of a size, fewer of them where they are large. */
    public static BenchPictures of(FrameSize size) {
        SimulatedCamera camera = new SimulatedCamera(1, size.width(), size.height());
        PictureEncoder encoder = new PictureEncoder();
        List<byte[]> jpegs = new ArrayList<>();
        int count = size.width() * size.height() > LARGE_PIXELS ? LARGE_COUNT : COUNT;
        for (int i = 0; i < count; i++) {
            jpegs.add(encoder.jpeg(camera.picture(i), JPEG_QUALITY));
        }
        return new BenchPictures(size, jpegs);
    }

    /** Which picture a camera shows. */
    public int index(int camera, long sequence) {
        int turn = 2 * (jpegs.size() - 1);
        int at = (int) ((sequence + camera % PHASES * (turn / PHASES)) % turn);
        return Math.min(at, turn - at);
    }

    /** Mean bytes of a picture. */
    public long meanBytes() {
        return Math.round(jpegs.stream().mapToInt(jpeg -> jpeg.length).average().orElseThrow());
    }
}

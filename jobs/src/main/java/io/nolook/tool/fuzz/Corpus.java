package io.nolook.tool.fuzz;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.schema.FrameEncoding;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Good pictures to begin from, in every coding, simulated or from files.
 *
 * <p>JPEG is baseline and progressive, with every share of colour, with restart markers, small and larger than the model's pictures.
 */
final class Corpus {
    private static final int[][] SIZES = {{16, 16}, {80, 64}, {128, 96}, {33, 47}};

    /** Larger than the model's pictures: decoded by the reducer. */
    private static final int[][] LARGER = {{528, 516}, {531, 301}, {1040, 1100}};

    /** Pixels that share their colour, across and down, and MCUs between restart markers. */
    private static final int[][] FORMS = {{1, 1, 0}, {2, 1, 0}, {2, 2, 0}, {1, 2, 3}, {4, 1, 0}, {2, 2, 1}, {2, 1, 50}};

    /** A coded picture and its size, pixels. */
    record Sample(FrameEncoding encoding, int width, int height, byte[] payload) {}

    private Corpus() {}

    /** Simulated pictures in every coding. */
    static List<Sample> simulated() throws IOException {
        PictureEncoder encoder = new PictureEncoder();
        List<Sample> samples = new ArrayList<>();
        for (int[] size : SIZES) {
            SimulatedCamera camera = new SimulatedCamera(size[0], size[0], size[1]);
            for (int i = 0; i < 3; i++) {
                Picture picture = camera.picture(i * 20L);
                samples.add(new Sample(FrameEncoding.JPEG, size[0], size[1], encoder.jpeg(picture, 0.9)));
                samples.add(new Sample(FrameEncoding.JPEG, size[0], size[1], JpegForms.progressive(picture)));
                samples.add(new Sample(FrameEncoding.PNG, size[0], size[1], encoder.png(picture)));
                samples.add(new Sample(FrameEncoding.RGB24, size[0], size[1], picture.rgb()));
            }
        }
        for (int[] size : LARGER) {
            Picture picture = new SimulatedCamera(size[0], size[0], size[1]).picture(7);
            for (int[] form : FORMS) {
                byte[] jpeg = JpegForms.baseline(picture, form[0], form[1], form[2]);
                samples.add(new Sample(FrameEncoding.JPEG, size[0], size[1], jpeg));
            }
        }
        return samples;
    }

    /** The JPEG and PNG files of a folder that can be read. */
    static List<Sample> files(Path folder) throws IOException {
        List<Sample> samples = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                boolean png = name.endsWith(".png");
                BufferedImage image =
                        png || name.endsWith(".jpg") || name.endsWith(".jpeg") ? ImageIO.read(file.toFile()) : null;
                if (image != null) {
                    FrameEncoding encoding = png ? FrameEncoding.PNG : FrameEncoding.JPEG;
                    samples.add(new Sample(encoding, image.getWidth(), image.getHeight(), Files.readAllBytes(file)));
                }
            }
        }
        return samples;
    }
}

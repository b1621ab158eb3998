package io.nolook.tool.fuzz;

import io.nolook.camera.simulator.SimulatedCamera;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.schema.FrameEncoding;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/** Good pictures to begin from: baseline and progressive JPEG, PNG, raw bytes, and files that are given. */
final class Corpus {
    private static final int[][] SIZES = {{16, 16}, {80, 64}, {128, 96}, {33, 47}};

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
                samples.add(new Sample(FrameEncoding.JPEG, size[0], size[1], progressive(picture)));
                samples.add(new Sample(FrameEncoding.PNG, size[0], size[1], encoder.png(picture)));
                samples.add(new Sample(FrameEncoding.RGB24, size[0], size[1], picture.rgb()));
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

    private static byte[] progressive(Picture picture) throws IOException {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = picture.rgb();
        for (int i = 0; i < picture.width() * picture.height(); i++) {
            int value = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
            image.setRGB(i % picture.width(), i / picture.width(), value);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}

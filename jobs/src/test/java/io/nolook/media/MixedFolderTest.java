package io.nolook.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nolook.frame.FrameLimits;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of whatever people have: every format is an image, the same limits hold for all, what is not read is named. */
class MixedFolderTest {
    private static final int WIDTH = 32;
    private static final int HEIGHT = 16;
    /** Of 32 x 16 gray pixels, 0x60 and 0x50. */
    private static final String AVIF = "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAAD5bWV0YQAAAAAAAAAvaGRscgAAAAAA"
            + "AAAAcGljdAAAAAAAAAAAAAAAAFBpY3R1cmVIYW5kbGVyAAAAAA5waXRtAAAAAAABAAAAHmlsb2MAAAAARAAAAQABAAAAAQAAASEAAAAW"
            + "AAAAKGlpbmYAAAAAAAEAAAAaaW5mZQIAAAAAAQAAYXYwMUNvbG9yAAAAAGppcHJwAAAAS2lwY28AAAAUaXNwZQAAAAAAAAAgAAAAEAAA"
            + "ABBwaXhpAAAAAAMICAgAAAAMYXYxQ4EADAAAAAATY29scm5jbHgAAgACAAIAAAAAF2lwbWEAAAAAAAAAAQABBAECgwQAAAAebWRhdAoG"
            + "GBD/7YBAMgwYAAAAUAAAAAHgCNg=";

    private static final String WEBP = "UklGRh4AAABXRUJQVlA4TBEAAAAvH8ADAAdQqEIVqv+BiOh/AAA=";
    /** Of 16 x 16 pixels of red at a quarter of full opacity. */
    private static final String CLEAR_WEBP = "UklGRhwAAABXRUJQVlA4TA8AAAAvD8ADEAcQ/Y/+BCKi/wEA";

    private static final List<String> NAMES =
            List.of("10.jpg", "20.png", "30.bmp", "40.gif", "50.tif", "60.avif", "70.webp");

    @TempDir
    private Path folder;

    @BeforeEach
    void fill() throws IOException {
        for (String name : NAMES.subList(0, 5)) {
            Files.write(folder.resolve(name), gray(name, Integer.parseInt(name.substring(0, 2)) * 2));
        }
        Files.write(folder.resolve("60.avif"), Base64.getDecoder().decode(AVIF));
        Files.write(folder.resolve("70.webp"), Base64.getDecoder().decode(WEBP));
        Files.writeString(folder.resolve("clip.mp4"), "a video");
        Files.writeString(folder.resolve("notes.txt"), "no image");
        Files.writeString(folder.resolve(".35.png"), "hidden");
        Files.createDirectory(folder.resolve("more.png"));
    }

    @Test
    void everyFormatIsAnImage() throws IOException {
        try (PictureSource source = Inputs.open(folder.toString(), 10)) {
            List<TimedPicture> read = readAll(source);

            assertThat(read).hasSize(7).allSatisfy(each -> {
                assertThat(each.picture().width()).isEqualTo(WIDTH);
                assertThat(each.picture().height()).isEqualTo(HEIGHT);
            });
            int[] grays = {20, 40, 60, 80, 100, 0x60, 0x50};
            for (int i = 0; i < grays.length; i++) {
                assertThat(read.get(i).picture().rgb()[0] & 0xff)
                        .as(NAMES.get(i))
                        .isCloseTo(grays[i], within(2));
            }
            assertThat(source.damage()).isEmpty();
        }
    }

    @Test
    void whatIsNotReadIsNamedOnce() throws IOException {
        assertThat(Inputs.leftAlone(folder.toString()))
                .contains(folder + ": left alone what is no image: clip.mp4, more.png/, notes.txt");
        assertThat(MediaKind.VIDEO.in(folder)).containsExactly(folder.resolve("clip.mp4"));
        assertThat(Inputs.leftAlone(folder.resolve("10.jpg").toString())).isEmpty();
        assertThat(Inputs.leftAlone(folder.resolve("more.png").toString())).isEmpty();
    }

    @Test
    void limitsHoldForEveryFormat() throws IOException {
        try (PictureSource source = Inputs.open(folder.toString(), new FrameLimits(1 << 20, WIDTH * HEIGHT - 1, 10))) {
            assertThat(readAll(source)).isEmpty();
            assertThat(source.damage()).hasSize(7);
            for (int i = 0; i < 7; i++) {
                assertThat(source.damage().get(i)).contains(NAMES.get(i), "at most 511");
            }
        }
        try (PictureSource source = Inputs.open(folder.toString(), new FrameLimits(30, 1 << 20, 10))) {
            assertThat(readAll(source)).isEmpty();
            assertThat(source.damage())
                    .hasSize(7)
                    .allSatisfy(said ->
                            assertThat(said).contains("expected at most 30; compress more or raise frame.max-bytes"));
        }
    }

    /** The others keep their times. */
    @Test
    void whatCannotBeReadIsNamedAndLeftOut() throws IOException {
        for (String name : NAMES) {
            Path image = folder.resolve(name);
            byte[] whole = Files.readAllBytes(image);
            Files.write(image, Arrays.copyOf(whole, whole.length * 6 / 10));
            try (PictureSource source = Inputs.open(folder.toString(), 10)) {
                List<Long> times =
                        readAll(source).stream().map(TimedPicture::atMicros).toList();

                List<Long> expected =
                        new ArrayList<>(List.of(0L, 100_000L, 200_000L, 300_000L, 400_000L, 500_000L, 600_000L));
                expected.remove(NAMES.indexOf(name));
                assertThat(times).as(name).isEqualTo(expected);
                assertThat(source.damage())
                        .singleElement()
                        .asString()
                        .contains(image.toString(), "found ", "expected ");
            }
            Files.write(image, whole);
        }
    }

    /** The transparent part of a picture may hide anything. */
    @Test
    void alphaIsLaidOverBlack() throws IOException {
        Path image =
                Files.write(folder.resolve("clear.webp"), Base64.getDecoder().decode(CLEAR_WEBP));
        try (PictureSource source = Inputs.open(image.toString())) {
            Picture picture = source.next().orElseThrow().picture();
            assertThat(Arrays.copyOf(picture.rgb(), 3)).containsExactly(63, 0, 0);
        }
    }

    @Test
    void aGifByItselfIsAVideo() throws IOException {
        try (PictureSource source = Inputs.open(folder.resolve("40.gif").toString())) {
            assertThat(source).isNotInstanceOf(ImageFolderSource.class);
            assertThat(readAll(source)).hasSize(1);
        }
    }

    private static byte[] gray(String name, int value) throws IOException {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        Arrays.fill(rgb, (byte) value);
        Picture picture = new Picture(WIDTH, HEIGHT, rgb);
        if (name.endsWith("jpg")) {
            return new PictureEncoder().jpeg(picture, 0.95);
        }
        if (name.endsWith("png")) {
            return new PictureEncoder().png(picture);
        }
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            image.setRGB(i % WIDTH, i / WIDTH, new Color(value, value, value).getRGB());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, name.substring(3).replace("tif", "tiff"), out))
                .isTrue();
        return out.toByteArray();
    }

    private static List<TimedPicture> readAll(PictureSource source) throws IOException {
        List<TimedPicture> pictures = new ArrayList<>();
        for (Optional<TimedPicture> next = source.next(); next.isPresent(); next = source.next()) {
            pictures.add(next.get());
        }
        return pictures;
    }
}

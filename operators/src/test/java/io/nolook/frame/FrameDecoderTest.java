package io.nolook.frame;

import static io.nolook.frame.TestPictures.meanDifference;
import static io.nolook.frame.TestPictures.pixel;
import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.failure.IntakeException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULTS);

    @Test
    void decodesBaselineJpegNearlyAsItWas() throws Exception {
        Picture original = TestPictures.soft(128, 96);

        Picture decoded = decode(FrameEncoding.JPEG, 128, 96, TestPictures.jpeg(original));

        assertThat(meanDifference(original, decoded)).isLessThan(2);
    }

    @Test
    void decodesProgressiveJpegNearlyAsItWas() throws Exception {
        Picture original = TestPictures.soft(70, 50);
        byte[] jpeg = TestPictures.progressive(original);

        Picture decoded = decode(FrameEncoding.JPEG, 70, 50, jpeg);

        assertThat(jpeg[TestPictures.segment(jpeg, 0xc2)]).isEqualTo((byte) 0xff);
        assertThat(meanDifference(original, decoded)).isLessThan(2);
    }

    @Test
    void agreesWithImageIoOnBaselineJpeg() throws Exception {
        byte[] jpeg = TestPictures.jpeg(TestPictures.noise(33, 17, 5));
        BufferedImage expected = ImageIO.read(new java.io.ByteArrayInputStream(jpeg));

        Picture decoded = decode(FrameEncoding.JPEG, 33, 17, jpeg);

        for (int y = 0; y < 17; y++) {
            for (int x = 0; x < 33; x++) {
                int[] found = pixel(decoded, x, y);
                int pixel = expected.getRGB(x, y) & 0xffffff;
                assertThat(found[0] << 16 | found[1] << 8 | found[2]).isEqualTo(pixel);
            }
        }
    }

    @Test
    void decodesGrayJpegWithoutGamma() throws Exception {
        byte[] gray = new byte[16 * 16];
        java.util.Arrays.fill(gray, (byte) 77);

        Picture decoded = decode(FrameEncoding.JPEG, 16, 16, TestPictures.rawComponents(16, 16, gray));

        assertThat(pixel(decoded, 5, 5)).containsExactly(77, 77, 77);
    }

    @ParameterizedTest
    @CsvSource({"0, 200, 100, 50, 200, 100, 50", "1, 76, 85, 255, 254, 0, 0", "2, 76, 85, 255, 254, 0, 0"})
    void readsThreeComponentsAsAdobeSays(int transform, int a, int b, int c, int red, int green, int blue)
            throws Exception {
        byte[] jpeg = TestPictures.rawComponents(
                16, 16, TestPictures.plain(16, 16, a, b, c).rgb());

        Picture decoded = decode(FrameEncoding.JPEG, 16, 16, withAdobe(jpeg, transform));

        assertNear(pixel(decoded, 8, 8), red, green, blue);
    }

    @ParameterizedTest
    @CsvSource({
        // stored inverted: 255 is no ink; so full yellow and magenta ink is (255, 0, 0)
        "0, 255, 0, 0, 255, 255, 0, 0",
        "0, 255, 255, 255, 128, 128, 128, 128",
        // YCCK: Y, Cb, Cr of (0, 255, 255), which is 255 minus the stored ink
        "2, 179, 171, 0, 255, 255, 0, 0",
        // without Adobe: 0 is no ink
        "-1, 0, 255, 255, 0, 255, 0, 0",
        "-1, 0, 0, 0, 127, 128, 128, 128",
    })
    void readsInkAsAdobeSays(int transform, int c, int m, int y, int k, int red, int green, int blue) throws Exception {
        byte[] samples = new byte[4 * 16 * 16];
        for (int i = 0; i < samples.length; i += 4) {
            samples[i] = (byte) c;
            samples[i + 1] = (byte) m;
            samples[i + 2] = (byte) y;
            samples[i + 3] = (byte) k;
        }
        byte[] jpeg = TestPictures.rawComponents(16, 16, samples);

        Picture decoded = decode(FrameEncoding.JPEG, 16, 16, transform < 0 ? jpeg : withAdobe(jpeg, transform));

        assertNear(pixel(decoded, 8, 8), red, green, blue);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void appliesExifOrientation(int orientation) throws Exception {
        Picture original = TestPictures.soft(32, 16);
        byte[] jpeg = TestPictures.jpeg(original);
        Picture plain = decode(FrameEncoding.JPEG, 32, 16, jpeg);

        for (char order : new char[] {'I', 'M'}) {
            byte[] tagged = TestPictures.withSegment(jpeg, 0xe1, TestPictures.exif(order, orientation));
            Picture turned = decode(FrameEncoding.JPEG, 32, 16, tagged);

            assertThat(turned.width()).isEqualTo(orientation >= 5 ? 16 : 32);
            assertThat(turned.rgb())
                    .isEqualTo(Orientation.turn(plain, orientation).rgb());
        }
    }

    @Test
    void ignoresDamagedExif() throws Exception {
        byte[] exif = TestPictures.exif('I', 6);
        exif[10] = (byte) 0xf0;
        byte[] jpeg = TestPictures.withSegment(TestPictures.jpeg(TestPictures.soft(32, 16)), 0xe1, exif);

        assertThat(decode(FrameEncoding.JPEG, 32, 16, jpeg).width()).isEqualTo(32);
    }

    @Test
    void acceptsWhatCamerasPadWith() throws Exception {
        Picture original = TestPictures.soft(32, 16);
        byte[] jpeg = TestPictures.jpeg(original);
        byte[] padded = new byte[jpeg.length + 20];
        System.arraycopy(jpeg, 0, padded, 0, jpeg.length - 2);
        padded[padded.length - 12] = (byte) 0xff;
        padded[padded.length - 11] = (byte) 0xd9;

        assertThat(decode(FrameEncoding.JPEG, 32, 16, padded).rgb())
                .isEqualTo(decode(FrameEncoding.JPEG, 32, 16, jpeg).rgb());
    }

    @Test
    void decodesPngExactly() throws Exception {
        Picture original = TestPictures.noise(37, 21, 3);

        Picture decoded = decode(FrameEncoding.PNG, 37, 21, new PictureEncoder().png(original));

        assertThat(decoded.rgb()).isEqualTo(original.rgb());
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_BYTE_INDEXED,
                BufferedImage.TYPE_BYTE_BINARY
            })
    void readsInterlacedAndPlainPngAlike(int type) throws Exception {
        BufferedImage image = new BufferedImage(19, 11, type);
        for (int y = 0; y < 11; y++) {
            for (int x = 0; x < 19; x++) {
                image.setRGB(x, y, 0xff000000 | x * 13 << 16 | y * 20 << 8 | (x * y & 0xff));
            }
        }
        for (boolean interlaced : new boolean[] {false, true}) {
            Picture decoded = decode(FrameEncoding.PNG, 19, 11, imageIoPng(image, interlaced));

            for (int y = 0; y < 11; y++) {
                for (int x = 0; x < 19; x++) {
                    int[] found = pixel(decoded, x, y);
                    assertThat(found[0] << 16 | found[1] << 8 | found[2]).isEqualTo(image.getRGB(x, y) & 0xffffff);
                }
            }
        }
    }

    @Test
    void roundsSixteenBits() throws Exception {
        byte[] rows = {0, (byte) 0xff, (byte) 0xff, 0x40, (byte) 0xc0, 0, 0};

        Picture decoded = decode(FrameEncoding.PNG, 1, 1, TestPictures.png(1, 1, 16, 2, rows));

        assertThat(pixel(decoded, 0, 0)).containsExactly(255, 64, 0);
    }

    @Test
    void spreadsFewBitsOverTheRange() throws Exception {
        byte[] rows = {0, 0b00_01_10_11};

        Picture decoded = decode(FrameEncoding.PNG, 4, 1, TestPictures.png(4, 1, 2, 0, rows));

        assertThat(decoded.rgb()).containsExactly(0, 0, 0, 85, 85, 85, (byte) 170, (byte) 170, (byte) 170, -1, -1, -1);
    }

    @Test
    void laysAlphaOverBlack() throws Exception {
        byte[] rows = {0, (byte) 200, 100, 50, (byte) 128, (byte) 200, 100, 50, 0};

        Picture decoded = decode(FrameEncoding.PNG, 2, 1, TestPictures.png(2, 1, 8, 6, rows));

        assertThat(pixel(decoded, 0, 0)).containsExactly(100, 50, 25);
        assertThat(pixel(decoded, 1, 0)).containsExactly(0, 0, 0);
    }

    @Test
    void readsPaletteWithTransparency() throws Exception {
        ByteArrayOutputStream png = TestPictures.pngStart(3, 1, 8, 3, 0);
        TestPictures.chunk(png, "PLTE", new byte[] {100, 110, 120, 50, 60, 70});
        TestPictures.chunk(png, "tRNS", new byte[] {0});

        Picture decoded = decode(FrameEncoding.PNG, 3, 1, TestPictures.pngEnd(png, new byte[] {0, 0, 1, 9}));

        assertThat(decoded.rgb()).containsExactly(0, 0, 0, 50, 60, 70, 0, 0, 0);
    }

    @Test
    void takesRawPixelsAsTheyAre() throws Exception {
        Picture original = TestPictures.noise(5, 4, 1);

        assertThat(decode(FrameEncoding.RGB24, 5, 4, original.rgb()).rgb()).isEqualTo(original.rgb());
    }

    @Test
    void leavesThePayloadAsItWas() throws Exception {
        byte[] jpeg = TestPictures.jpeg(TestPictures.soft(16, 16));
        ByteBuffer payload = ByteBuffer.allocateDirect(jpeg.length + 10);
        payload.position(7).put(7, jpeg).limit(7 + jpeg.length);

        Picture decoded = decoder.decode(FrameEncoding.JPEG, 16, 16, payload.asReadOnlyBuffer());

        assertThat(decoded.rgb())
                .isEqualTo(decode(FrameEncoding.JPEG, 16, 16, jpeg).rgb());
        assertThat(payload.position()).isEqualTo(7);
    }

    @Test
    void findsEncodingAndSizeOfFiles() throws Exception {
        Picture original = TestPictures.soft(20, 10);

        assertThat(decoder.decode(ByteBuffer.wrap(TestPictures.jpeg(original))).width())
                .isEqualTo(20);
        assertThat(decoder.decode(ByteBuffer.wrap(new PictureEncoder().png(original)))
                        .rgb())
                .isEqualTo(original.rgb());
    }

    private Picture decode(FrameEncoding encoding, int width, int height, byte[] payload) throws IntakeException {
        return decoder.decode(encoding, width, height, ByteBuffer.wrap(payload));
    }

    private static byte[] withAdobe(byte[] jpeg, int transform) {
        return TestPictures.withSegment(jpeg, 0xee, TestPictures.adobe(transform));
    }

    private static byte[] imageIoPng(BufferedImage image, boolean interlaced) throws Exception {
        var writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(stream);
            var param = writer.getDefaultWriteParam();
            param.setProgressiveMode(
                    interlaced
                            ? javax.imageio.ImageWriteParam.MODE_DEFAULT
                            : javax.imageio.ImageWriteParam.MODE_DISABLED);
            writer.write(null, new javax.imageio.IIOImage(image, null, null), param);
        }
        return bytes.toByteArray();
    }

    private static void assertNear(int[] found, int red, int green, int blue) {
        assertThat(Math.abs(found[0] - red) + Math.abs(found[1] - green) + Math.abs(found[2] - blue))
                .as("%d %d %d", found[0], found[1], found[2])
                .isLessThan(8);
    }
}

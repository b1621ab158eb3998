package io.nolook.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JpegReducerTest {
    private static final PictureGate ANY_SIZE =
            new PictureGate(FrameEncoding.JPEG, new FrameLimits(1 << 28, 1 << 26, 64), null);

    private final JpegReducer reducer = new JpegReducer();
    private final JpegDecoder whole = new JpegDecoder();
    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULTS);

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0",
        "2, 1, 0",
        "2, 2, 0",
        "1, 2, 0",
        "4, 1, 0",
        "2, 2, 1",
        "2, 1, 7",
        "1, 1, 300",
    })
    void givesNearlyTheWholePictureFitted(int across, int down, int restartInterval) throws Exception {
        for (int[] size : new int[][] {{128, 96}, {259, 131}, {133, 270}, {321, 180}, {640, 361}}) {
            byte[] jpeg = TestJpegs.sampled(scene(size[0], size[1]), across, down, restartInterval);
            for (FrameFit fit : FrameFit.values()) {
                FrameFitter fitter = new FrameFitter(fit, 32, 24);
                Picture expected = fitter.fit(whole.decode(jpeg, 0, jpeg.length, ANY_SIZE));

                Optional<Picture> reduced = reduce(jpeg, fitter);

                assertThat(reduced).as("%d x %d, %s", size[0], size[1], fit).isPresent();
                assertThat(psnr(expected, reduced.get()))
                        .as("%d x %d, %s", size[0], size[1], fit)
                        .isGreaterThan(31);
            }
        }
    }

    @Test
    void averagesBlocksOfOneColourExactly() throws Exception {
        for (int side : new int[] {4, 5, 8, 13, 31}) {
            byte[] jpeg = TestJpegs.sampled(TestPictures.plain(16 * side, 16 * side, 90, 90, 90), 2, 2, 0);

            Picture reduced =
                    reduce(jpeg, new FrameFitter(FrameFit.CROP, 16, 16)).orElseThrow();

            assertThat(reduced.rgb()).containsOnly(90);
        }
    }

    @Test
    void takesGray() throws Exception {
        byte[] gray = new byte[96 * 80];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) (i % 96 + i / 96);
        }
        byte[] jpeg = TestPictures.rawComponents(96, 80, gray);
        FrameFitter fitter = new FrameFitter(FrameFit.STRETCH, 24, 20);

        Picture expected = fitter.fit(whole.decode(jpeg, 0, jpeg.length, ANY_SIZE));

        assertThat(psnr(expected, reduce(jpeg, fitter).orElseThrow())).isGreaterThan(40);
    }

    @Test
    void takesTheUsualTablesWhereTheyAreLeftOut() throws Exception {
        byte[] jpeg = TestPictures.jpeg(scene(128, 96));
        byte[] without = TestJpegs.withoutTables(jpeg);
        FrameFitter fitter = new FrameFitter(FrameFit.CROP, 16, 16);

        assertThat(without).hasSizeLessThan(jpeg.length);
        assertThat(reduce(without, fitter).orElseThrow().rgb())
                .isEqualTo(reduce(jpeg, fitter).orElseThrow().rgb());
    }

    /** The same on every machine: no floating point, no native code. */
    @Test
    void givesTheseBytes() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int[] sampling : new int[][] {{1, 1}, {2, 1}, {2, 2}, {4, 1}}) {
            byte[] jpeg = TestJpegs.sampled(scene(200, 150), sampling[0], sampling[1], 5);
            for (int side : new int[] {18, 30, 37}) {
                digest.update(reduce(jpeg, new FrameFitter(FrameFit.CROP, side, side))
                        .orElseThrow()
                        .rgb());
            }
        }

        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo("9664478c9dbfcd7797352330d8afa974814da10701b066d86cd3b86875c898dc");
    }

    @Test
    void leavesTheRestToTheJdk() throws Exception {
        Picture scene = scene(128, 96);
        byte[] jpeg = TestPictures.jpeg(scene);
        byte[][] others = {
            TestPictures.progressive(scene),
            TestPictures.rawComponents(64, 64, new byte[4 * 64 * 64]),
            TestPictures.withSegment(jpeg, 0xe1, TestPictures.exif('M', 6)),
            TestPictures.withSegment(
                    TestPictures.rawComponents(64, 64, TestPictures.soft(64, 64).rgb()), 0xee, TestPictures.adobe(0)),
        };
        for (byte[] other : others) {
            FrameFitter fitter = new FrameFitter(FrameFit.CROP, 16, 16);
            Picture expected = decoder.decode(ByteBuffer.wrap(other));
            JpegLayout layout = JpegScanner.scan(other, 0, other.length, ANY_SIZE);

            FittedPicture fitted =
                    decoder.decode(FrameEncoding.JPEG, layout.width(), layout.height(), ByteBuffer.wrap(other), fitter);

            assertThat(reducer.decode(layout, fitter)).isEmpty();
            assertThat(fitted.picture().rgb()).isEqualTo(fitter.fit(expected).rgb());
            assertThat(fitted.source()).isEqualTo(new FrameSize(expected.width(), expected.height()));
        }
        assertThat(reduce(jpeg, new FrameFitter(FrameFit.CROP, 33, 25)))
                .as("not much larger")
                .isEmpty();
    }

    @Test
    void tellsTheSizeThatWasCoded() throws Exception {
        FittedPicture fitted = decoder.decode(
                FrameEncoding.JPEG,
                161,
                97,
                ByteBuffer.wrap(TestPictures.jpeg(scene(161, 97))),
                new FrameFitter(FrameFit.CROP, 16, 16));

        assertThat(fitted.source()).isEqualTo(new FrameSize(161, 97));
        assertThat(fitted.picture().width()).isEqualTo(16);
    }

    /** Up to the last bit: the bits of padding and the end marker alone may be missing. */
    @Test
    void takesNoPictureWithOneBitMissing() throws Exception {
        byte[] jpeg = TestJpegs.sampled(scene(64, 48), 2, 2, 3);
        FrameFitter fitter = new FrameFitter(FrameFit.CROP, 8, 8);
        int scan = TestPictures.segment(jpeg, 0xda);
        for (int length = scan + 14; length < jpeg.length; length++) {
            assertSameVerdict(Arrays.copyOf(jpeg, length), fitter);
            byte[] ended = Arrays.copyOf(jpeg, length + 2);
            ended[length] = (byte) 0xff;
            ended[length + 1] = (byte) 0xd9;
            assertSameVerdict(ended, fitter);
        }
    }

    @Test
    void takesNoDamagedPictureThatTheJdkRefuses() throws Exception {
        Random random = new Random(20261127);
        Picture scene = scene(72, 56);
        byte[][] whole = {
            TestJpegs.sampled(scene, 2, 2, 0),
            TestJpegs.sampled(scene, 2, 1, 4),
            TestJpegs.sampled(scene, 1, 1, 1),
            TestJpegs.sampled(scene, 4, 1, 0)
        };
        FrameFitter fitter = new FrameFitter(FrameFit.CROP, 16, 12);
        int refused = 0;
        for (int i = 0; i < 6000; i++) {
            byte[] bytes = whole[i % whole.length].clone();
            int scan = TestPictures.segment(bytes, 0xda);
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                int from = i % 3 == 0 ? 3 : scan;
                bytes[from + random.nextInt(bytes.length - from)] ^= (byte) (1 << random.nextInt(8));
            }
            refused += assertSameVerdict(bytes, fitter) ? 0 : 1;
        }
        assertThat(refused).isBetween(1500, 5500);
    }

    /** A few bytes that promise a huge picture cost no memory for it here. */
    @Test
    void makesNoRoomForPicturesThatTheirBytesCannotHold() throws Exception {
        byte[] jpeg = TestPictures.jpeg(scene(64, 64));
        int header = TestPictures.segment(jpeg, 0xc0);
        ByteBuffer.wrap(jpeg).putShort(header + 5, (short) 4096).putShort(header + 7, (short) 4096);

        assertThat(reduce(jpeg, new FrameFitter(FrameFit.CROP, 16, 16))).isEmpty();
        assertThat(reducer.heldSamples()).isZero();
    }

    @Test
    void letsGoOfLargeSamples() throws Exception {
        byte[] jpeg = TestPictures.jpeg(TestPictures.soft(7000, 5600));

        assertThat(reduce(jpeg, new FrameFitter(FrameFit.CROP, 1740, 1390))).isPresent();
        assertThat(reducer.heldSamples()).isLessThan(3 << 20);
    }

    /** Whether both take it; they say the same. */
    private boolean assertSameVerdict(byte[] bytes, FrameFitter fitter) throws Exception {
        Optional<FailureCode> expected = Optional.empty();
        try {
            decoder.decode(ByteBuffer.wrap(bytes));
        } catch (IntakeException e) {
            expected = Optional.of(e.code());
        }
        boolean reduced = false;
        try {
            reduced = reduce(bytes, fitter).isPresent();
        } catch (IntakeException e) {
            assertThat(expected).contains(e.code());
        }
        assertThat(reduced && expected.isPresent())
                .as(
                        "taken although the JDK says %s: %s",
                        expected, HexFormat.of().formatHex(bytes))
                .isFalse();
        return expected.isEmpty();
    }

    private Optional<Picture> reduce(byte[] jpeg, FrameFitter fitter) throws IntakeException {
        return reducer.decode(JpegScanner.scan(jpeg, 0, jpeg.length, ANY_SIZE), fitter);
    }

    /** Soft shades with edges and colours that stand out. */
    private static Picture scene(int width, int height) {
        Picture soft = TestPictures.soft(width, height);
        for (int y = height / 4; y < height / 2; y++) {
            for (int x = width / 3; x < 2 * width / 3; x++) {
                int at = 3 * (y * width + x);
                soft.rgb()[at] = (byte) 220;
                soft.rgb()[at + 1] = (byte) (60 + 100 * y / height);
                soft.rgb()[at + 2] = 40;
            }
        }
        return soft;
    }

    private static double psnr(Picture a, Picture b) {
        double sum = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            double difference = (a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff);
            sum += difference * difference;
        }
        return 10 * Math.log10(255 * 255 / (sum / a.rgb().length + 1e-9));
    }
}

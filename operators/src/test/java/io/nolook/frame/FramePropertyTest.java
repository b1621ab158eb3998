package io.nolook.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.failure.IntakeException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FramePropertyTest {
    private static final FrameLimits LIMITS = new FrameLimits(64 << 10, 10_000, 16);
    private static final Picture PICTURE = TestPictures.noise(24, 20, 11);
    private static final byte[][] VALID = {
        TestPictures.jpeg(PICTURE),
        TestPictures.progressive(PICTURE),
        TestPictures.withSegment(TestPictures.jpeg(PICTURE), 0xe1, TestPictures.exif('M', 6)),
        TestPictures.rawComponents(12, 10, new byte[4 * 12 * 10]),
        new PictureEncoder().png(PICTURE),
        TestPictures.png(8, 2, 1, 0, new byte[] {1, 7, 4, 9}),
    };

    private final FrameDecoder decoder = new FrameDecoder(LIMITS);

    @Property(tries = 4000)
    void mutatedBytesGiveAPictureWithinLimitsOrAFrameException(
            @ForAll @IntRange(max = 5) int which, @ForAll @IntRange(min = 1, max = 12) int changes, @ForAll long seed) {
        byte[] bytes = VALID[which].clone();
        Random random = new Random(seed);
        for (int i = 0; i < changes; i++) {
            // half of the changes hit the headers
            int reach = random.nextBoolean() ? Math.min(bytes.length, 700) : bytes.length;
            int at = random.nextInt(reach);
            bytes[at] = random.nextInt(3) == 0 ? (byte) 0xff : (byte) random.nextInt(256);
        }
        assertSafe(bytes);
    }

    @Property(tries = 1000)
    void cutAndSplicedBytesGiveAPictureWithinLimitsOrAFrameException(
            @ForAll @IntRange(max = 5) int which, @ForAll @IntRange(max = 5) int other, @ForAll long seed) {
        Random random = new Random(seed);
        byte[] start = VALID[which];
        byte[] rest = VALID[other];
        int cut = random.nextInt(start.length + 1);
        int from = random.nextInt(rest.length + 1);
        byte[] bytes = Arrays.copyOf(start, cut + rest.length - from);
        System.arraycopy(rest, from, bytes, cut, rest.length - from);
        assertSafe(bytes);
    }

    @Property(tries = 500)
    void noiseAfterTheMagicGivesAFrameException(
            @ForAll @IntRange(max = 5) int which, @ForAll @IntRange(max = 600) int length, @ForAll long seed) {
        byte[] bytes = new byte[length + 8];
        new Random(seed).nextBytes(bytes);
        System.arraycopy(VALID[which], 0, bytes, 0, 8);
        assertSafe(bytes);
    }

    private void assertSafe(byte[] bytes) {
        try {
            Picture picture = decoder.decode(ByteBuffer.wrap(bytes));
            assertThat((long) picture.width() * picture.height()).isLessThanOrEqualTo(LIMITS.maxPixels());
        } catch (IntakeException e) {
            assertThat(e.code()).isNotNull();
            assertThat(e).hasMessageStartingWith("found ").hasMessageContaining(", expected ");
        }
    }

    @Property(tries = 500)
    void fittingKeepsAPlainColour(
            @ForAll FrameFit fit,
            @ForAll @IntRange(min = 1, max = 90) int width,
            @ForAll @IntRange(min = 1, max = 90) int height,
            @ForAll @IntRange(min = 1, max = 40) int modelWidth,
            @ForAll @IntRange(min = 1, max = 40) int modelHeight,
            @ForAll byte value) {
        Picture plain = TestPictures.plain(width, height, value, 255 - value, 17);

        Picture fitted = new FrameFitter(fit, modelWidth, modelHeight).fit(plain);

        assertThat(fitted.width()).isEqualTo(modelWidth);
        assertThat(fitted.height()).isEqualTo(modelHeight);
        int coloured = 0;
        for (int i = 0; i < fitted.rgb().length; i += 3) {
            if (fitted.rgb()[i + 2] != 0) {
                assertThat(fitted.rgb()[i]).isEqualTo(value);
                assertThat(fitted.rgb()[i + 1]).isEqualTo((byte) (255 - value));
                assertThat(fitted.rgb()[i + 2]).isEqualTo((byte) 17);
                coloured++;
            }
        }
        assertThat(coloured).isPositive();
        if (fit != FrameFit.PAD) {
            assertThat(coloured).isEqualTo(modelWidth * modelHeight);
        }
    }

    @Property(tries = 200)
    void turningBackGivesTheSamePicture(
            @ForAll @IntRange(min = 1, max = 9) int width,
            @ForAll @IntRange(min = 1, max = 9) int height,
            @ForAll @IntRange(min = 1, max = 8) int orientation,
            @ForAll long seed) {
        Picture picture = TestPictures.noise(width, height, seed);
        int back = orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;

        Picture turned = Orientation.turn(Orientation.turn(picture, orientation), back);

        assertThat(turned.rgb()).isEqualTo(picture.rgb());
        assertThat(turned.width()).isEqualTo(width);
    }

    @Property(tries = 60)
    void pngBringsBackEveryPixel(
            @ForAll @IntRange(min = 1, max = 40) int width,
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll long seed)
            throws IntakeException {
        Picture picture = TestPictures.noise(width, height, seed);

        Picture back = decoder.decode(ByteBuffer.wrap(new PictureEncoder().png(picture)));

        assertThat(back.rgb()).isEqualTo(picture.rgb());
    }
}

package io.nolook.frame;

import static io.nolook.frame.TestPictures.pixel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameFitterTest {
    @ParameterizedTest
    @EnumSource(FrameFit.class)
    void returnsAPictureOfTheModelSizeItself(FrameFit fit) {
        Picture picture = TestPictures.soft(16, 8);

        assertThat(new FrameFitter(fit, 16, 8).fit(picture)).isSameAs(picture);
    }

    @Test
    void averagesTheAreaThatAPixelCovers() {
        Picture row = gray(3, 1, 0, 90, 240);

        // 3 pixels to 2: each covers one and a half
        Picture fitted = new FrameFitter(FrameFit.STRETCH, 2, 1).fit(row);

        assertThat(pixel(fitted, 0, 0)[0]).isEqualTo(30);
        assertThat(pixel(fitted, 1, 0)[0]).isEqualTo(190);
    }

    @Test
    void interpolatesWhenEnlarging() {
        Picture row = gray(2, 1, 0, 100);

        Picture fitted = new FrameFitter(FrameFit.STRETCH, 4, 1).fit(row);

        assertThat(values(fitted)).containsExactly(0, 25, 75, 100);
    }

    @Test
    void cropsBothSidesAlike() {
        Picture row = gray(6, 2, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6);

        assertThat(values(new FrameFitter(FrameFit.CROP, 2, 2).fit(row))).containsExactly(3, 4, 3, 4);
    }

    @Test
    void cropsAboveAndBelowAlike() {
        Picture column = gray(1, 5, 10, 20, 30, 40, 50);

        assertThat(values(new FrameFitter(FrameFit.CROP, 1, 3).fit(column))).containsExactly(20, 30, 40);
    }

    @Test
    void cropsAnOddRestByWholePixels() {
        Picture row = gray(3, 2, 10, 20, 30, 10, 20, 30);

        assertThat(values(new FrameFitter(FrameFit.CROP, 2, 2).fit(row))).containsExactly(10, 20, 10, 20);
    }

    @Test
    void padsWithBlackBars() {
        Picture wide = TestPictures.plain(8, 4, 200, 100, 50);

        Picture fitted = new FrameFitter(FrameFit.PAD, 4, 4).fit(wide);

        assertThat(pixel(fitted, 0, 0)).containsExactly(0, 0, 0);
        assertThat(pixel(fitted, 0, 1)).containsExactly(200, 100, 50);
        assertThat(pixel(fitted, 3, 2)).containsExactly(200, 100, 50);
        assertThat(pixel(fitted, 3, 3)).containsExactly(0, 0, 0);
    }

    @Test
    void keepsTheMeanOfNoise() {
        Picture noise = TestPictures.noise(131, 97, 9);

        Picture fitted = new FrameFitter(FrameFit.STRETCH, 16, 16).fit(noise);

        assertThat(mean(fitted)).isCloseTo(mean(noise), org.assertj.core.data.Offset.offset(0.5));
    }

    @Test
    void anotherSizeInBetweenChangesNothing() {
        FrameFitter fitter = new FrameFitter(FrameFit.CROP, 16, 16);
        Picture first = TestPictures.noise(50, 30, 1);
        byte[] before = fitter.fit(first).rgb();

        fitter.fit(TestPictures.noise(200, 10, 2));

        assertThat(fitter.fit(first).rgb()).isEqualTo(before);
    }

    @Test
    void reachesExtremeShapes() {
        Picture line = TestPictures.plain(4_000_000, 1, 9, 9, 9);

        for (FrameFit fit : FrameFit.values()) {
            assertThat(new FrameFitter(fit, 128, 128).fit(line).width()).isEqualTo(128);
        }
    }

    @Test
    void refusesAnEmptyModelSize() {
        assertThatThrownBy(() -> new FrameFitter(FrameFit.CROP, 0, 8))
                .hasMessage("found frame.size 0 x 8, expected at least 1 x 1");
    }

    private static Picture gray(int width, int height, int... values) {
        byte[] rgb = new byte[3 * values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) values[i / 3];
        }
        return new Picture(width, height, rgb);
    }

    private static int[] values(Picture picture) {
        int[] values = new int[picture.rgb().length / 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = picture.rgb()[3 * i] & 0xff;
        }
        return values;
    }

    private static double mean(Picture picture) {
        long sum = 0;
        for (byte value : picture.rgb()) {
            sum += value & 0xff;
        }
        return (double) sum / picture.rgb().length;
    }
}

package io.nolook.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nolook.frame.Picture;
import io.nolook.quality.RateCurve.Point;
import io.nolook.quality.StructuralSimilarity.Similarity;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Limits and edges of the metrics: equal pictures, pooling, sizes, flicker, code use, curves. */
class QualityTest {

    @Test
    void equalPicturesCountAsAHundredDecibelAndOne() {
        Picture picture = noise(64, 96, 1);
        SquaredError error = new SquaredError();
        error.add(picture, picture);

        assertThat(error.mean()).isZero();
        assertThat(error.psnr()).isEqualTo(100);
        Similarity similarity = new StructuralSimilarity().of(picture, picture);
        assertThat(similarity.ssim()).isCloseTo(1, within(1e-6));
        Picture large = noise(128, 96, 1);
        assertThat(new StructuralSimilarity().of(large, large).msSsim()).isCloseTo(1, within(1e-6));
    }

    @Test
    void psnrPoolsErrorsNotDecibels() {
        SquaredError all = new SquaredError();
        all.add(gray(8, 8, 100), gray(8, 8, 100));
        SquaredError other = new SquaredError();
        other.add(gray(8, 8, 100), gray(8, 8, 110));
        all.add(other);

        assertThat(all.mean()).isEqualTo(50);
        assertThat(all.psnr()).isCloseTo(10 * Math.log10(255 * 255 / 50.0), within(1e-9));
    }

    @Test
    void detailIsTheShareOfWhatChangesFromPixelToPixel() {
        Picture picture = new Picture(3, 2, new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0});
        // red: 4 across, back, and down; green: 2 across and down
        Picture half = new Picture(3, 2, new byte[] {0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
        Detail detail = new Detail();
        detail.add(picture, half);
        assertThat(detail.share()).isEqualTo(0.25);
        detail.add(picture, picture);
        assertThat(detail.share()).isEqualTo((0.25 + 1) / 2);

        Detail same = new Detail();
        same.add(noise(16, 8, 3), noise(16, 8, 3));
        Detail flat = new Detail();
        flat.add(gray(8, 8, 100), gray(8, 8, 90));
        assertThat(flat.share()).isNaN();
        flat.add(same);
        assertThat(flat.share()).isEqualTo(1);
    }

    @Test
    void anInvertedPictureHasNegativeSsimAndNoMsSsim() {
        Picture picture = noise(128, 128, 2);
        byte[] inverted = picture.rgb().clone();
        for (int i = 0; i < inverted.length; i++) {
            inverted[i] = (byte) (255 - (inverted[i] & 0xff));
        }
        Similarity similarity = new StructuralSimilarity().of(picture, new Picture(128, 128, inverted));

        assertThat(similarity.ssim()).isNegative();
        assertThat(similarity.msSsim()).isZero();
    }

    @Test
    void otherSizesAndTooSmallOnesAreRefused() {
        StructuralSimilarity similarity = new StructuralSimilarity();
        assertThatThrownBy(() -> similarity.of(gray(16, 16, 1), gray(16, 24, 1)))
                .hasMessage("found pictures of 16x16 and 16x24, expected one size");
        assertThatThrownBy(() -> similarity.of(gray(10, 16, 1), gray(10, 16, 1)))
                .hasMessage("found pictures of 10x16, expected at least 11x11");
        assertThatThrownBy(() -> new SquaredError().psnr()).hasMessageContaining("expected at least one");
    }

    @Test
    void flickerKeepsChunkBordersApart() {
        List<Picture> originals = List.of(gray(4, 4, 100), gray(4, 4, 110), gray(4, 4, 120), gray(4, 4, 130));
        // errors 0, 3, 3, 3: the change is on the border from frame 0 to the chunk of frames 1 to 4
        List<Picture> decoded = List.of(gray(4, 4, 100), gray(4, 4, 113), gray(4, 4, 123), gray(4, 4, 133));
        Flicker flicker = new Flicker(4);
        flicker.add(originals, decoded);

        assertThat(flicker.border()).isEqualTo(3);
        assertThat(flicker.inside()).isZero();
        assertThat(new Flicker(4).border()).isNaN();
        assertThatThrownBy(() -> flicker.add(originals, decoded.subList(0, 3)))
                .hasMessage("found 3 reconstructions of 4 pictures, expected as many");
    }

    @Test
    void flickerOfWhatStandsStillIsKnownByItself() {
        // the left block stands still and its reconstruction jumps by 5; the right one moves, and jumps by 20
        List<Picture> originals = List.of(halves(100, 100), halves(102, 110));
        List<Picture> decoded = List.of(halves(100, 100), halves(107, 130));
        Flicker flicker = new Flicker(4);
        flicker.add(originals, decoded);
        assertThat(flicker.still()).isEqualTo(5);
        assertThat(flicker.border()).isEqualTo(Math.sqrt((5 * 5 + 20 * 20) / 2.0));

        Flicker both = new Flicker(4);
        both.add(List.of(halves(100, 100), halves(103, 103)), List.of(halves(1, 1), halves(2, 3)));
        assertThat(both.still()).as("3 of 255 is motion").isNaN();
        both.add(flicker);
        assertThat(both.still()).isEqualTo(5);
    }

    private static Picture halves(int left, int right) {
        byte[] rgb = new byte[16 * 8 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % 16 < 8 ? left : right);
        }
        return new Picture(16, 8, rgb);
    }

    @Test
    void codeUseKnowsDeadBitsAndEntropy() {
        CodeUse use = new CodeUse(3);
        use.add(new int[] {0, 1, 0, 1});
        use.add(new int[] {4, 5, 4, 5});

        assertThat(use.tokens()).isEqualTo(8);
        assertThat(use.distinct()).isEqualTo(4);
        assertThat(use.entropy()).isCloseTo(2, within(1e-12));
        assertThat(use.bitEntropies()).containsExactly(new double[] {1, 0, 1}, within(1e-12));
        assertThat(use.deadBits()).isEqualTo(1);
    }

    @Test
    void curvesAreStraightOverTheLogarithmOfTheRateAndEndAtTheirPoints() {
        RateCurve curve = new RateCurve(List.of(new Point(0.16, 30), new Point(0.01, 20), new Point(0.04, 26)));

        assertThat(curve.qualityAt(0.02).getAsDouble()).isCloseTo(23, within(1e-9));
        assertThat(curve.rateAt(28).getAsDouble()).isCloseTo(0.08, within(1e-9));
        assertThat(curve.qualityAt(0.16)).hasValue(30);
        assertThat(curve.qualityAt(0.005)).isEqualTo(OptionalDouble.empty());
        assertThat(curve.rateAt(31)).isEqualTo(OptionalDouble.empty());
        assertThat(curve.first().rate()).isEqualTo(0.01);
        assertThatThrownBy(() -> new RateCurve(List.of())).hasMessageContaining("expected some");
    }

    private static Picture gray(int width, int height, int value) {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) value);
        return new Picture(width, height, rgb);
    }

    private static Picture noise(int width, int height, long seed) {
        byte[] rgb = new byte[3 * width * height];
        new Random(seed).nextBytes(rgb);
        return new Picture(width, height, rgb);
    }
}

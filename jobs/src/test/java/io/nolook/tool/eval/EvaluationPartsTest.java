package io.nolook.tool.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentEnd;
import io.nolook.archive.TokenGrid;
import io.nolook.flink.archive.ArchiveOptions;
import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.job.archive.TestTokens;
import io.nolook.record.ArchiveSegments;
import io.nolook.record.TokenFrames;
import io.nolook.report.Text;
import io.nolook.schema.TokenFrame;
import io.nolook.tool.eval.Comparison.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of an evaluation whose results are known. */
class EvaluationPartsTest {
    private static final Rate RATE = new Rate(0.07, 0.05, 0.07);

    @Test
    void aClipCostsWhatItsSegmentInTheArchiveDoes() {
        List<TokenFrame> still = TestTokens.camera(1, TestTokens.INTERVAL);
        still.forEach(frame -> frame.setTokens(still.get(0).getTokens()));
        CodedSegment coded = SegmentCoder.encode(
                ArchiveSegments.segment(still, SegmentEnd.KEYFRAME), ArchiveOptions.CODEC.defaultValue());

        Rate rate = Rate.of(
                still.stream().map(TokenFrames::tokens).toList(),
                coded.head().grid(),
                coded.head().phasePeriod());

        assertThat(rate.coded()).isEqualTo(8.0 * coded.payload().length).isLessThan(rate.raw());
        assertThat(rate.raw()).isEqualTo(18 * 16 * TestTokens.INTERVAL);
    }

    /** As in the archive, which bit-packs what codes worse. */
    @Test
    void randomTokensCostTheirBits() {
        List<int[]> random = TestTokens.camera(1, TestTokens.INTERVAL).stream()
                .map(TokenFrames::tokens)
                .toList();

        assertThat(Rate.of(random, new TokenGrid(4, 4, 18), 1).coded()).isEqualTo(18 * 16 * TestTokens.INTERVAL);
    }

    @Test
    void tokensThatRepeatPassAndOneThatDoesNotFails() {
        List<int[]> tokens = new ArrayList<>();
        for (int k = 0; k < 40; k++) {
            // the first five token frames still see the start
            tokens.add(new int[] {k < 5 ? 100 + k : k % 6, 7});
        }
        LongClip.Repeats repeats = LongClip.Repeats.of(tokens, 5, 6);
        assertThat(repeats).isEqualTo(new LongClip.Repeats(29, 0, -1));
        assertThat(new LongClip("a", 160, 24, repeats, 20, 20).passed()).isTrue();

        tokens.get(30)[1] = 8;
        LongClip.Repeats broken = LongClip.Repeats.of(tokens, 5, 6);
        assertThat(broken).isEqualTo(new LongClip.Repeats(29, 2, 30));
        assertThat(new LongClip("a", 160, 24, broken, 20, 20).passed()).isFalse();
    }

    @Test
    void aLoopThatComparedNothingFails() {
        LongClip.Repeats none = LongClip.Repeats.of(List.of(new int[1]), 5, 6);
        assertThat(new LongClip("a", 1, 24, none, 20, 20).passed()).isFalse();
    }

    @Test
    void periodsAreWholeChunks() {
        assertThat(LongClip.period(3, 4)).isEmpty();
        assertThat(LongClip.period(57, 4)).contains(56);
        assertThat(LongClip.period(5000, 4)).contains(100);
        assertThat(LongClip.period(5000, 3)).contains(99);
    }

    @Test
    void scoresPoolTheErrorOfAClipAndAverageItsSimilarity() {
        List<Picture> originals =
                IntStream.range(0, 20).mapToObj(i -> gray(100)).toList();
        List<Picture> decoded =
                IntStream.range(0, 20).mapToObj(i -> gray(i == 3 ? 120 : 100)).toList();

        Scores scores = Scores.of(originals, decoded);

        assertThat(scores.psnr()).isCloseTo(10 * Math.log10(255 * 255 / 20.0), within(1e-9));
        assertThat(scores.ssim()).isBetween(0.99, 0.9999);
        assertThat(scores.msSsim()).isNaN();
        assertThat(Scores.mean(List.of(scores, new Scores(30, 0.5, 0.25, 1))).psnr())
                .isCloseTo((scores.psnr() + 30) / 2, within(1e-9));
        assertThatThrownBy(() -> Scores.of(originals, List.of())).hasMessageContaining("expected as many");
    }

    @Test
    void speedLeavesTheFirstStepsOut() {
        List<Double> steps = new ArrayList<>(List.of(900.0, 900.0, 900.0, 900.0, 900.0));
        IntStream.rangeClosed(1, 100).forEach(i -> steps.add((double) i));

        assertThat(Speed.of(steps, 4)).isEqualTo(new Speed(50.5 / 4, 50, 99, 100));
        assertThat(Speed.of(List.of(8.0), 4)).isEqualTo(new Speed(2, 8, 8, 1));
    }

    @Test
    void codecsArePooledByTheirBitsAndReadOffTheCurve() {
        List<List<CodecPoint>> clips = List.of(
                List.of(point(26, 2000, 40), point(30, 500, 30)), List.of(point(26, 6000, 36), point(30, 1500, 26)));
        List<CodecPoint> pooled = CodecPoint.pool(clips, 200_000);

        assertThat(pooled.get(0).bitsPerPixel()).isCloseTo(0.32, within(1e-12));
        assertThat(pooled.get(0).scores().psnr()).isEqualTo(38);
        assertThat(pooled.get(1).bitsPerPixel()).isCloseTo(0.08, within(1e-12));
        assertThat(CodecPoint.nearest(pooled, 0.1).get(VideoCodec.H264).rateFactor())
                .isEqualTo(30);

        Comparison psnr = Comparison.all(new Scores(33, 0.9, 0.9, 1), new Rate(0.16, 0.04, 0.1), pooled)
                .get(0);
        assertThat(psnr.metric()).isEqualTo(Metric.PSNR);
        assertThat(psnr.codecAtRawRate()).isCloseTo(33, within(1e-9));
        assertThat(psnr.codecAtCodedRate()).isNaN();
        assertThat(psnr.codecRate()).isCloseTo(0.16, within(1e-9));
        assertThat(psnr.reading()).contains("was not measured", "1.00 times their raw rate");
    }

    @Test
    void readingsSayWhoWinsAndWhatLiesOutside() {
        List<CodecPoint> points = List.of(point(26, 1000, 40, 0.1), point(30, 100, 30, 0.01));
        Comparison worse =
                Comparison.all(new Scores(25, 0.9, 0.9, 1), RATE, points).get(0);
        assertThat(worse.reading())
                .startsWith("H.264, PSNR: at the raw rate (0.0700 bit per pixel) H.264 reaches 38.45 dB, the tokens"
                        + " 25.00 dB: H.264 wins by 13.45 dB.")
                .contains("needs less than 0.0100 bit per pixel for the tokens' quality: there it reaches 30.00 dB");
        Comparison better =
                Comparison.all(new Scores(45, 0.9, Double.NaN, 1), RATE, points).get(0);
        assertThat(better.reading()).contains("the tokens win by", "needs more than 0.1000 bit per pixel");
        assertThat(Comparison.all(new Scores(45, 0.9, Double.NaN, 1), RATE, points))
                .hasSize(1);
    }

    /** 16,384 pixels at 25 pictures a second: 0.1 bit per pixel is 41 kbit/s. */
    @Test
    void likenessIsTheRateOfEqualQuality() {
        List<CodecPoint> points = List.of(point(26, 1000, 40, 0.1), point(30, 100, 30, 0.01));
        double pixels = 128 * 128 * 25;
        Likeness equal =
                Likeness.of(new Scores(35, 0.9, Double.NaN, 1), points, pixels).get(0);
        assertThat(equal.kilobitsPerSecond()).isCloseTo(Math.sqrt(0.1 * 0.01) * pixels / 1000, within(1e-9));
        assertThat(equal.text()).isEqualTo("13 kbit/s");
        assertThat(Likeness.of(new Scores(25, 0.9, Double.NaN, 1), points, pixels))
                .extracting(Likeness::text)
                .containsExactly("< 4.1 kbit/s");
        assertThat(Likeness.of(new Scores(45, 0.9, Double.NaN, 1), points, pixels))
                .extracting(Likeness::text)
                .containsExactly("> 41 kbit/s");
        assertThat(Likeness.of(new Scores(35, 0.9, 0.9, 1), points, pixels)).hasSize(2);
        assertThat(Likeness.of(new Scores(35, 0.9, 0.9, 1), List.of(), pixels)).isEmpty();
    }

    @Test
    void heldPicturesAreAveragedByTokenFrame() {
        List<Double> rising = IntStream.range(0, 12).mapToObj(k -> 20.0 + k).toList();
        List<Double> flat = IntStream.range(0, 12).mapToObj(k -> 20.0).toList();
        assertThat(HeldPicture.mean(List.of(rising, flat)))
                .startsWith(20.0, 20.5)
                .endsWith(25.5);
    }

    @Test
    void clipsAreFoundInNameOrderAndNamedApart(@TempDir Path folder) throws Exception {
        for (String name : List.of("b.mp4", "a.MKV", ".hidden.mp4", "notes.txt", "a.webm")) {
            Files.createFile(folder.resolve(name));
        }
        assertThat(Clip.find(List.of(folder.toString(), folder.resolve("b.mp4").toString())))
                .containsOnlyKeys("a", "a-2", "b", "b-2");
        assertThatThrownBy(() -> Clip.find(List.of(folder + "/none"))).hasMessageContaining("found no file at");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> Clip.find(List.of(empty.toString()))).hasMessageContaining("found no video in");
    }

    @Test
    void ffmpegWithoutTheEncodersCountsAsAbsent() {
        assertThat(Ffmpeg.find(List.of("libnothing264"))).isEmpty();
    }

    @Test
    void clipsOfLikeNamesGetPicturesOfTheirOwn(@TempDir Path folder) throws Exception {
        ClipPictures pictures = new ClipPictures(folder.resolve("new"));
        for (String clip : List.of("a b", "a_b", "a/../b")) {
            pictures.write(clip, List.of(new ClipPictures.Line("original", List.of(gray(1)))));
        }

        assertThat(pictures.written().values())
                .extracting(path -> path.getFileName().toString())
                .containsExactly("a_b.png", "a_b-2.png", "a_.._b.png");
    }

    @Test
    void plansAreChecked() {
        assertThatThrownBy(() -> plan(0, 0)).hasMessage("--limit-frames: found 0, expected 1 to 10000");
        assertThatThrownBy(() -> plan(1, -1)).hasMessage("--long-frames: found -1, expected 0 to 10000");
    }

    @Test
    void textIsTheSameInEveryLanguage() {
        assertThat(Text.format("%.2f", 0.5)).isEqualTo("0.50");
        assertThat(Text.number(0.1)).isEqualTo("0.1");
        assertThat(Text.number(20)).isEqualTo("20");
        assertThat(Text.escaped("<a href=\"b&c\">")).isEqualTo("&lt;a href=&quot;b&amp;c&quot;&gt;");
    }

    private static EvalPlan plan(int limitFrames, int longFrames) {
        return new EvalPlan(
                List.of("a.mp4"),
                new FrameSize(128, 128),
                FrameFit.CROP,
                List.of(),
                limitFrames,
                longFrames,
                Optional.empty(),
                clip -> true,
                damage -> {});
    }

    private static CodecPoint point(int rateFactor, long bytes, double psnr) {
        return point(rateFactor, bytes, psnr, 1);
    }

    private static CodecPoint point(int rateFactor, long bytes, double psnr, double bitsPerPixel) {
        return new CodecPoint(VideoCodec.H264, rateFactor, bytes, bitsPerPixel, new Scores(psnr, 0.9, psnr / 50, 1));
    }

    private static Picture gray(int value) {
        byte[] rgb = new byte[3 * 16 * 16];
        Arrays.fill(rgb, (byte) value);
        return new Picture(16, 16, rgb);
    }
}

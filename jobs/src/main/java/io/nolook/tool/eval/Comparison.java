package io.nolook.tool.eval;

import io.nolook.quality.RateCurve;
import io.nolook.report.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * A codec's pooled curve beside the tokens, in one metric; straight over the logarithm of the rate between points.
 *
 * <p>NaN where the codec was not measured at that rate or quality.
 *
 * @param codec which
 * @param metric PSNR or MS-SSIM
 * @param tokens the tokens' quality
 * @param codecAtRawRate the codec's quality at the tokens' raw rate
 * @param codecAtCodedRate the codec's quality at the tokens' coded rate
 * @param codecRate bits per pixel of the codec at the tokens' quality
 * @param reading what that means, in words
 */
public record Comparison(
        VideoCodec codec,
        Metric metric,
        double tokens,
        double codecAtRawRate,
        double codecAtCodedRate,
        double codecRate,
        String reading) {

    /** What quality is measured in. */
    public enum Metric {
        PSNR("PSNR (dB)", "%.2f dB", Scores::psnr),
        MS_SSIM("MS-SSIM", "%.4f", Scores::msSsim);

        private final String title;
        private final String format;
        private final ToDoubleFunction<Scores> value;

        Metric(String title, String format, ToDoubleFunction<Scores> value) {
            this.title = title;
            this.format = format;
            this.value = value;
        }

        String title() {
            return title;
        }

        double of(Scores scores) {
            return value.applyAsDouble(scores);
        }

        String text(double quality) {
            return Text.format(format, quality);
        }
    }

    /** Every codec in every metric that the picture size allows. */
    static List<Comparison> all(Scores tokens, Rate rate, List<CodecPoint> points) {
        List<Comparison> comparisons = new ArrayList<>();
        for (VideoCodec codec : VideoCodec.values()) {
            for (Metric metric : Metric.values()) {
                if (points.stream().anyMatch(point -> point.codec() == codec) && !Double.isNaN(metric.of(tokens))) {
                    comparisons.add(of(codec, metric, tokens, rate, CodecPoint.curve(points, codec, metric.value)));
                }
            }
        }
        return comparisons;
    }

    private static Comparison of(VideoCodec codec, Metric metric, Scores scores, Rate rate, RateCurve curve) {
        double tokens = metric.of(scores);
        OptionalDouble atRaw = curve.qualityAt(rate.raw());
        OptionalDouble atCoded = curve.qualityAt(rate.coded());
        OptionalDouble codecRate = curve.rateAt(tokens);
        String reading = String.format(
                Locale.ROOT,
                "%s, %s: at the raw rate %s. At the coded rate %s. %s",
                codec.title(),
                metric == Metric.PSNR ? "PSNR" : "MS-SSIM",
                winner(codec, metric, tokens, rate.raw(), atRaw),
                winner(codec, metric, tokens, rate.coded(), atCoded),
                need(codec, metric, tokens, rate, codecRate, curve));
        return new Comparison(
                codec,
                metric,
                tokens,
                atRaw.orElse(Double.NaN),
                atCoded.orElse(Double.NaN),
                codecRate.orElse(Double.NaN),
                reading);
    }

    private static String winner(VideoCodec codec, Metric metric, double tokens, double rate, OptionalDouble quality) {
        String at = Text.format("(%.4f bit per pixel)", rate);
        if (quality.isEmpty()) {
            return at + " " + codec.title() + " was not measured";
        }
        double ahead = tokens - quality.getAsDouble();
        return String.format(
                Locale.ROOT,
                "%s %s reaches %s, the tokens %s: %s by %s",
                at,
                codec.title(),
                metric.text(quality.getAsDouble()),
                metric.text(tokens),
                ahead > 0 ? "the tokens win" : codec.title() + " wins",
                metric.text(Math.abs(ahead)));
    }

    private static String need(
            VideoCodec codec, Metric metric, double tokens, Rate rate, OptionalDouble found, RateCurve curve) {
        String quality = codec.title() + " needs ";
        if (found.isPresent()) {
            double bits = found.getAsDouble();
            return quality
                    + Text.format(
                            "%.4f bit per pixel for the tokens' quality: %.2f times their raw rate, %.2f times their coded one.",
                            bits, bits / rate.raw(), bits / rate.coded());
        }
        RateCurve.Point end = curve.endTowards(tokens);
        return quality
                + Text.format(
                        "%s %.4f bit per pixel for the tokens' quality: there it reaches %s.",
                        tokens < end.quality() ? "less than" : "more than", end.rate(), metric.text(end.quality()));
    }
}

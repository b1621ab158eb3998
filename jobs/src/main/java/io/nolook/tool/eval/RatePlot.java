package io.nolook.tool.eval;

import io.nolook.report.Svg;
import io.nolook.report.Text;
import io.nolook.tool.eval.Comparison.Metric;
import java.util.ArrayList;
import java.util.List;

/** Quality over bits per pixel (logarithmic), tokens beside codecs, as an SVG that stands alone. */
final class RatePlot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 500;
    private static final int LEFT = 70;
    private static final int RIGHT = 24;
    private static final int TOP = 44;
    private static final int BOTTOM = 116;
    private static final int LEAST_STEPS = 4;
    private static final double[] MANTISSAS = {1, 2, 5};
    private static final String TOKENS = "#c8352b";

    private final Metric metric;
    private final EvalReport report;
    private final Svg svg = new Svg(WIDTH, HEIGHT);
    private double leastRate;
    private double mostRate;
    private double least;
    private double most;
    private double step;

    private RatePlot(EvalReport report, Metric metric) {
        this.report = report;
        this.metric = metric;
    }

    static String of(EvalReport report, Metric metric) {
        return new RatePlot(report, metric).draw();
    }

    private String draw() {
        scale();
        svg.text(
                LEFT,
                24,
                "start",
                15,
                "#222",
                metric.title() + " over rate, " + report.clips().size() + " clips, "
                        + report.setting().size());
        axes();
        List<Entry> legend = new ArrayList<>();
        for (VideoCodec codec : VideoCodec.values()) {
            curve(codec, legend);
        }
        tokens(legend);
        legend(legend);
        return svg.end();
    }

    private record Entry(String colour, String title) {}

    private void scale() {
        List<Double> rates = new ArrayList<>(
                List.of(report.bitsPerPixel().raw(), report.bitsPerPixel().coded()));
        List<Double> qualities = new ArrayList<>(List.of(metric.of(report.scores())));
        for (CodecPoint point : report.codecs()) {
            rates.add(point.bitsPerPixel());
            qualities.add(metric.of(point.scores()));
        }
        leastRate = rates.stream().mapToDouble(r -> r).min().orElseThrow() / 1.25;
        mostRate = rates.stream().mapToDouble(r -> r).max().orElseThrow() * 1.25;
        double low = qualities.stream().mapToDouble(q -> q).min().orElseThrow();
        double high = qualities.stream().mapToDouble(q -> q).max().orElseThrow();
        double span = Math.max(high - low, metric == Metric.PSNR ? 4 : 0.04);
        step = Math.pow(10, Math.floor(Math.log10(span / LEAST_STEPS)));
        step *= span / step >= 5 * LEAST_STEPS ? 5 : span / step >= 2 * LEAST_STEPS ? 2 : 1;
        least = Math.floor((low - 0.02 * span) / step) * step;
        most = Math.ceil((high + 0.02 * span) / step) * step;
    }

    private double x(double rate) {
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.log(rate / leastRate) / Math.log(mostRate / leastRate);
    }

    private double y(double quality) {
        return TOP + (HEIGHT - TOP - BOTTOM) * (most - quality) / (most - least);
    }

    private void axes() {
        int bottom = HEIGHT - BOTTOM;
        for (int i = 0; least + i * step <= most + step / 2; i++) {
            double quality = least + i * step;
            svg.line(LEFT, y(quality), WIDTH - RIGHT, y(quality), "#e4e4e4");
            svg.text(LEFT - 8, y(quality) + 4, "end", 12, "#444", Text.number(quality));
        }
        for (int power = -5; power <= 2; power++) {
            for (double mantissa : MANTISSAS) {
                double rate = mantissa * Math.pow(10, power);
                if (rate >= leastRate && rate <= mostRate) {
                    svg.line(x(rate), TOP, x(rate), bottom, "#e4e4e4");
                    svg.text(x(rate), bottom + 18, "middle", 12, "#444", Text.number(rate));
                }
            }
        }
        svg.line(LEFT, TOP, LEFT, bottom, "#888");
        svg.line(LEFT, bottom, WIDTH - RIGHT, bottom, "#888");
        svg.text((LEFT + WIDTH - RIGHT) / 2.0, bottom + 40, "middle", 13, "#222", "bits per pixel (logarithmic)");
    }

    private void curve(VideoCodec codec, List<Entry> legend) {
        List<CodecPoint> points =
                report.codecs().stream().filter(point -> point.codec() == codec).toList();
        if (points.isEmpty()) {
            return;
        }
        String colour = codec == VideoCodec.H264 ? "#1f6fb2" : "#2e8b4f";
        StringBuilder path = new StringBuilder();
        for (CodecPoint point : points) {
            double x = x(point.bitsPerPixel());
            double y = y(metric.of(point.scores()));
            path.append(path.isEmpty() ? "M" : "L").append(Text.format("%.1f %.1f", x, y));
            svg.add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>", x, y, colour);
        }
        svg.add("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", path, colour);
        legend.add(new Entry(colour, codec.title() + ", preset slow, CRF " + VideoCodec.RATE_FACTORS));
    }

    private void tokens(List<Entry> legend) {
        double y = y(metric.of(report.scores()));
        double raw = x(report.bitsPerPixel().raw());
        double coded = x(report.bitsPerPixel().coded());
        svg.add(
                "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"4 3\"/>",
                coded, y, raw, y, TOKENS);
        svg.add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"6\" fill=\"%s\"/>", raw, y, TOKENS);
        svg.add(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"6\" fill=\"#fff\" stroke=\"%s\" stroke-width=\"2\"/>\n",
                coded, y, TOKENS);
        legend.add(new Entry(TOKENS, "tokens: filled raw, open coded"));
    }

    /** Below the axis, where it hides no point. */
    private void legend(List<Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            double y = HEIGHT - BOTTOM + 58 + 18 * i;
            svg.add(
                    "<circle cx=\"%d\" cy=\"%.1f\" r=\"5\" fill=\"%s\"/>",
                    LEFT + 10, y, entries.get(i).colour());
            svg.text(LEFT + 22, y + 4, "start", 12, "#222", entries.get(i).title());
        }
    }
}

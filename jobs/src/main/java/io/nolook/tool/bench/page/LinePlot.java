package io.nolook.tool.bench.page;

import io.nolook.report.Svg;
import io.nolook.report.Text;
import io.nolook.tool.bench.Spread;
import java.util.List;

/**
 * Lines through medians, with the least and the most of the runs; from 0 on.
 *
 * @param title above it
 * @param xTitle below it
 * @param yTitle of the values
 * @param scale of the horizontal axis
 * @param lines each with a colour of its own
 */
public record LinePlot(String title, String xTitle, String yTitle, Scale scale, List<Line> lines) implements Plot {
    private static final int WIDTH = 720;
    private static final int LEFT = 76;
    private static final int RIGHT = 24;
    private static final int TOP = 46;
    private static final int PLOT = 280;
    private static final int BELOW = 52;
    private static final int LEGEND_ROW = 18;
    private static final int LEAST_STEPS = 4;
    private static final String[] COLOURS = {
        "#c8352b", "#1f6fb2", "#2e8b4f", "#b07a12", "#6b4fa0", "#444444", "#c46aa5", "#3a9aa8"
    };

    /** How places on the horizontal axis are found. */
    public enum Scale {
        LINEAR,
        LOGARITHMIC
    }

    /**
     * One place of a line.
     *
     * @param x above 0 where the scale is logarithmic
     */
    public record Point(double x, Spread y) {}

    /**
     * One line.
     *
     * @param points from the left
     */
    public record Line(String name, List<Point> points) {}

    @Override
    public String svg() {
        Svg svg = new Svg(WIDTH, TOP + PLOT + BELOW + LEGEND_ROW * lines.size() + 8);
        svg.text(LEFT, 24, "start", 15, "#222", title);
        double step = step();
        double most = step * Math.ceil(Math.max(1e-9, largest()) / step);
        axes(svg, step, most);
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, lines.get(i), COLOURS[i % COLOURS.length], most);
            double y = TOP + PLOT + BELOW + LEGEND_ROW * (i + 0.5);
            svg.circle(LEFT + 10, y, 5, COLOURS[i % COLOURS.length]);
            svg.text(LEFT + 22, y + 4, "start", 12, "#222", lines.get(i).name());
        }
        return svg.end();
    }

    private void draw(Svg svg, Line line, String colour, double most) {
        StringBuilder path = new StringBuilder();
        for (Point point : line.points()) {
            double x = x(point.x());
            double y = y(point.y().median(), most);
            path.append(path.isEmpty() ? "M" : "L").append(Text.format("%.1f %.1f", x, y));
            svg.line(x, y(point.y().least(), most), x, y(point.y().most(), most), colour);
            svg.circle(x, y, 3.5, colour);
        }
        svg.add("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", path, colour);
    }

    private void axes(Svg svg, double step, double most) {
        for (int i = 0; i * step <= most + step / 2; i++) {
            double y = y(i * step, most);
            svg.line(LEFT, y, WIDTH - RIGHT, y, "#e4e4e4");
            svg.text(LEFT - 8, y + 4, "end", 12, "#444", Text.number(i * step));
        }
        double lastLabel = -100;
        double[] places = lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::x)
                .distinct()
                .sorted()
                .toArray();
        for (double place : places) {
            double x = x(place);
            svg.line(x, TOP + PLOT, x, TOP + PLOT + 5, "#888");
            if (x - lastLabel > 34) {
                svg.text(x, TOP + PLOT + 19, "middle", 12, "#444", Text.number(place));
                lastLabel = x;
            }
        }
        svg.line(LEFT, TOP + PLOT, WIDTH - RIGHT, TOP + PLOT, "#888");
        svg.text((LEFT + WIDTH - RIGHT) / 2.0, TOP + PLOT + 38, "middle", 13, "#222", xTitle);
        svg.text(8, TOP - 6, "start", 12, "#444", yTitle);
    }

    private double largest() {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(point -> point.y().most())
                .max()
                .orElse(1);
    }

    private double step() {
        double span = Math.max(1e-9, largest());
        double step = Math.pow(10, Math.floor(Math.log10(span / LEAST_STEPS)));
        return step * (span / step >= 5 * LEAST_STEPS ? 5 : span / step >= 2 * LEAST_STEPS ? 2 : 1);
    }

    private double x(double place) {
        double least = places(place, false);
        double most = places(place, true);
        double share = most == least ? 0.5 : (along(place) - least) / (most - least);
        return LEFT + 20 + (WIDTH - LEFT - RIGHT - 40) * share;
    }

    private double places(double otherwise, boolean last) {
        var all = lines.stream().flatMap(line -> line.points().stream()).mapToDouble(point -> along(point.x()));
        return (last ? all.max() : all.min()).orElse(otherwise);
    }

    private double along(double place) {
        return scale == Scale.LOGARITHMIC ? Math.log(place) : place;
    }

    private static double y(double value, double most) {
        return TOP + PLOT * (1 - value / most);
    }
}

package io.nolook.tool.bench.page;

import io.nolook.report.Svg;
import io.nolook.report.Text;
import io.nolook.tool.bench.Spread;
import java.util.List;

/**
 * Horizontal bars: medians, with the least and the most of the runs.
 *
 * @param title above them
 * @param unit of the values
 * @param bars from the top
 */
public record BarPlot(String title, String unit, List<Bar> bars) implements Plot {
    private static final int ROW = 22;
    private static final int TOP = 40;
    private static final int NAME_WIDTH = 300;
    private static final int BAR_WIDTH = 330;
    private static final int VALUE_WIDTH = 90;

    /**
     * One of them.
     *
     * @param name beside it
     * @param value from 0 on
     * @param ours whether it is drawn to be seen first
     */
    public record Bar(String name, Spread value, boolean ours) {}

    @Override
    public String svg() {
        int width = NAME_WIDTH + BAR_WIDTH + VALUE_WIDTH;
        Svg svg = new Svg(width, TOP + ROW * bars.size() + 8);
        svg.text(8, 22, "start", 15, "#222", title + ", " + unit);
        double most = bars.stream().mapToDouble(bar -> bar.value().most()).max().orElse(1);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double y = TOP + ROW * i;
            double end = NAME_WIDTH + BAR_WIDTH * bar.value().median() / most;
            svg.text(NAME_WIDTH - 8, y + 14, "end", 12, "#222", bar.name());
            svg.add(
                    "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\" fill-opacity=\"0.8\"/>",
                    NAME_WIDTH, y + 2, end - NAME_WIDTH, ROW - 6, bar.ours() ? "#c8352b" : "#7d8ca3");
            double least = NAME_WIDTH + BAR_WIDTH * bar.value().least() / most;
            double largest = NAME_WIDTH + BAR_WIDTH * bar.value().most() / most;
            svg.line(least, y + 10, largest, y + 10, "#111");
            svg.line(least, y + 6, least, y + 14, "#111");
            svg.line(largest, y + 6, largest, y + 14, "#111");
            svg.text(
                    Math.max(end, largest) + 8,
                    y + 14,
                    "start",
                    12,
                    "#222",
                    Text.number(Math.round(bar.value().median() * 10) / 10.0));
        }
        return svg.end();
    }
}

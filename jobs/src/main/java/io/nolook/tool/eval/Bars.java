package io.nolook.tool.eval;

import io.nolook.report.Svg;
import io.nolook.report.Text;
import java.util.List;

/** Horizontal bars with their names and values, as an SVG. */
final class Bars {
    private static final int ROW = 19;
    private static final int TOP = 34;
    private static final int NAME_WIDTH = 330;
    private static final int BAR_WIDTH = 330;
    private static final int VALUE_WIDTH = 70;
    private static final int MOST_NAME = 48;

    /** One bar, 0 to the largest. */
    record Bar(String name, double value) {}

    private Bars() {}

    /**
     * @param most length of a full bar
     * @param format of a value, as in {@link String#format}
     */
    static String of(String title, List<Bar> bars, double most, String format) {
        int width = NAME_WIDTH + BAR_WIDTH + VALUE_WIDTH;
        Svg svg = new Svg(width, TOP + ROW * bars.size() + 8);
        svg.text(8, 20, "start", 15, "#222", title);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            int y = TOP + ROW * i;
            String name = bar.name().length() > MOST_NAME ? bar.name().substring(0, MOST_NAME - 3) + "..." : bar.name();
            double length = Double.isNaN(bar.value()) ? 0 : BAR_WIDTH * Math.max(0, Math.min(1, bar.value() / most));
            svg.text(NAME_WIDTH - 8, y + 13, "end", 12, "#222", name);
            svg.add(
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#c8352b\" fill-opacity=\"0.75\"/>",
                    NAME_WIDTH, y + 2, length, ROW - 5);
            svg.text(NAME_WIDTH + length + 6, y + 13, "start", 12, "#222", Text.format(format, bar.value()));
        }
        return svg.end();
    }
}

package io.nolook.report;

/** Shapes of a plot, as an SVG that stands alone. */
public final class Svg {
    private final StringBuilder svg = new StringBuilder();

    /** An empty white sheet. */
    public Svg(int width, int height) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"Helvetica, Arial, sans-serif\">\n",
                width, height, width, height);
        add("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", width, height);
    }

    /** Anything else, as {@link Text#format} makes it. */
    public void add(String format, Object... values) {
        svg.append(Text.format(format, values));
    }

    /**
     * @param anchor start, middle or end: which part of the text is at x
     */
    public void text(double x, double y, String anchor, int size, String colour, String text) {
        add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>\n",
                x, y, anchor, size, colour, Text.escaped(text));
    }

    public void line(double x1, double y1, double x2, double y2, String colour) {
        add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n", x1, y1, x2, y2, colour);
    }

    public void circle(double x, double y, double radius, String colour) {
        add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>\n", x, y, radius, colour);
    }

    /** The whole of it. */
    public String end() {
        return svg + "</svg>\n";
    }
}

package io.nolook.tool.bench.page;

/** A picture of figures. */
public sealed interface Plot permits BarPlot, LinePlot {

    /** As an SVG that stands alone. */
    String svg();
}

package io.nolook.report;

import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** One picture of what a recording shows: frames along time, and below a band of probabilities for each label. */
public final class ActionSheet {
    private static final int CELL = 96;
    private static final int GAP = 4;
    private static final int BAND = 18;
    private static final int COLUMNS = 10;
    private static final int STRIP = COLUMNS * (CELL + GAP) - GAP;
    private static final int SEEN = 0xf2a33a;

    private ActionSheet() {}

    /**
     * A column of the bands.
     *
     * @param fromMicros where it begins
     * @param toMicros where it ends
     * @param probabilities of the labels, in their order
     */
    public record Column(long fromMicros, long toMicros, List<Float> probabilities) {}

    /**
     * An action, drawn as a line over its label's band.
     *
     * @param label its index
     */
    public record Bar(int label, long fromMicros, long toMicros) {}

    /**
     * @param title one line of ASCII
     * @param pictures in time order, evenly spaced, at least one
     * @param labels one band each
     * @param columns in time order, at least one
     * @param bars any
     */
    public static Picture of(
            String title, List<Picture> pictures, List<String> labels, List<Column> columns, List<Bar> bars) {
        int names = labels.stream().mapToInt(Sheet::width).max().orElse(0) + 2 * GAP;
        int bandsTop = Sheet.MARGIN + Sheet.LINE + CELL + 3 * GAP;
        Sheet sheet = new Sheet(
                2 * Sheet.MARGIN + names + STRIP, bandsTop + labels.size() * (BAND + GAP) + Sheet.LINE + Sheet.MARGIN);
        int left = Sheet.MARGIN + names;
        sheet.text(title, Sheet.MARGIN, Sheet.MARGIN);
        FrameFitter fitter = new FrameFitter(FrameFit.PAD, CELL, CELL);
        for (int i = 0; i < COLUMNS; i++) {
            Picture picture = pictures.get((int) ((i + 0.5) * pictures.size() / COLUMNS));
            sheet.put(fitter.fit(picture), left + i * (CELL + GAP), Sheet.MARGIN + Sheet.LINE);
        }
        Scale scale = new Scale(columns, left);
        for (int label = 0; label < labels.size(); label++) {
            int top = bandsTop + label * (BAND + GAP);
            sheet.text(labels.get(label), Sheet.MARGIN, top + 1);
            for (Column column : columns) {
                int from = scale.x(column.fromMicros());
                int to = Math.max(from + 1, scale.x(column.toMicros()));
                sheet.box(
                        from,
                        top,
                        to - from,
                        BAND,
                        Sheet.heat(column.probabilities().get(label)));
            }
        }
        for (Bar bar : bars) {
            int from = scale.x(bar.fromMicros());
            int top = bandsTop + bar.label() * (BAND + GAP) - 3;
            sheet.box(from, top, Math.max(2, scale.x(bar.toMicros()) - from), 3, SEEN);
        }
        String end = String.format(Locale.ROOT, "%.1f s", (scale.end - scale.start) / 1e6);
        int bottom = bandsTop + labels.size() * (BAND + GAP) + GAP;
        sheet.text("0", left, bottom);
        sheet.text(end, left + STRIP - Sheet.width(end), bottom);
        return sheet.picture();
    }

    /** Writes a sheet as a PNG, over an older one. */
    public static void write(Picture sheet, Path path) throws IOException {
        Sheet.write(sheet, path);
    }

    private static final class Scale {
        private final long start;
        private final long end;
        private final int left;

        Scale(List<Column> columns, int left) {
            this.left = left;
            start = columns.get(0).fromMicros();
            end = Math.max(start + 1, columns.get(columns.size() - 1).toMicros());
        }

        int x(long micros) {
            return left + (int) Math.round((double) (micros - start) * STRIP / (end - start));
        }
    }
}

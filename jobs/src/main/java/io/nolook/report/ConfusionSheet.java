package io.nolook.report;

import io.nolook.frame.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A confusion matrix as one picture: a row for what was shown, a column for what was recognized. */
public final class ConfusionSheet {
    private static final int CELL = 48;
    private static final int GAP = 2;

    private ConfusionSheet() {}

    /**
     * @param title one line of ASCII
     * @param shown names of the rows
     * @param recognized names of the columns, numbered below
     * @param counts [shown][recognized]
     */
    public static Picture of(String title, List<String> shown, List<String> recognized, long[][] counts) {
        int names = shown.stream().mapToInt(Sheet::width).max().orElse(0) + Sheet.MARGIN;
        int legend = recognized.size() * Sheet.LINE;
        int wide = Math.max(recognized.size() * (CELL + GAP), Sheet.width(title) - names);
        int top = Sheet.MARGIN + 2 * Sheet.LINE;
        Sheet sheet =
                new Sheet(2 * Sheet.MARGIN + names + wide, top + shown.size() * (CELL + GAP) + Sheet.LINE + legend);
        sheet.text(title, Sheet.MARGIN, Sheet.MARGIN);
        int left = Sheet.MARGIN + names;
        for (int column = 0; column < recognized.size(); column++) {
            sheet.text(Integer.toString(column + 1), left + column * (CELL + GAP) + GAP, Sheet.MARGIN + Sheet.LINE);
        }
        for (int row = 0; row < shown.size(); row++) {
            int y = top + row * (CELL + GAP);
            sheet.text(shown.get(row), Sheet.MARGIN, y + CELL / 3);
            long all = Math.max(1, Arrays.stream(counts[row]).sum());
            for (int column = 0; column < recognized.size(); column++) {
                int x = left + column * (CELL + GAP);
                // words stay readable: the cells keep to the darker half of the scale
                sheet.box(x, y, CELL, CELL, Sheet.heat(0.05 + 0.55 * counts[row][column] / all));
                sheet.text(Long.toString(counts[row][column]), x + GAP * 3, y + CELL / 3);
            }
        }
        for (int column = 0; column < recognized.size(); column++) {
            int y = top + shown.size() * (CELL + GAP) + Sheet.LINE / 2 + column * Sheet.LINE;
            sheet.text((column + 1) + " " + recognized.get(column), Sheet.MARGIN, y);
        }
        return sheet.picture();
    }

    /** Writes a sheet as a PNG, over an older one. */
    public static void write(Picture sheet, Path path) throws IOException {
        Sheet.write(sheet, path);
    }
}

package io.nolook.report;

import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One picture that shows originals above their reconstructions.
 *
 * <p>A row per camera with its title; columns are sampled evenly over time, first and last included. Whatever it is
 * given, the sheet has at most {@value #MOST_COLUMNS} columns, {@value #MOST_ROWS} rows and cells of
 * {@value #MOST_CELL} pixels a side.
 */
public final class ContactSheet {
    /** More columns than asked for here are sampled away. */
    public static final int MOST_COLUMNS = 12;

    /** Further rows are left out, and the sheet says how many. */
    public static final int MOST_ROWS = 16;

    /** Larger pictures are scaled down to fit inside. */
    public static final int MOST_CELL = 192;

    private static final int GAP = 4;

    private final int cellWidth;
    private final int cellHeight;
    private final int columns;
    private final List<Row> rows;
    private final Sheet sheet;

    /**
     * One camera.
     *
     * @param title ASCII; longer than the sheet is wide is cut off
     * @param originals in time order, at least one
     * @param reconstructions of the same times; may be fewer, or empty for a row of originals only
     */
    public record Row(String title, List<Picture> originals, List<Picture> reconstructions) {
        public Row {
            if (originals.isEmpty()) {
                throw new IllegalArgumentException("found no picture in row " + title + ", expected at least one");
            }
            originals = List.copyOf(originals);
            reconstructions = List.copyOf(reconstructions);
        }

        private int lines() {
            return reconstructions.isEmpty() ? 1 : 2;
        }
    }

    private ContactSheet(List<Row> rows, int columns) {
        this.rows = rows.subList(0, Math.min(rows.size(), MOST_ROWS));
        this.columns = Math.min(columns, longest(this.rows));
        Picture first = rows.get(0).originals().get(0);
        double scale = Math.min(1, (double) MOST_CELL / Math.max(first.width(), first.height()));
        this.cellWidth = (int) Math.max(1, Math.round(first.width() * scale));
        this.cellHeight = (int) Math.max(1, Math.round(first.height() * scale));
        int omitted = rows.size() - this.rows.size();
        int width = 2 * Sheet.MARGIN + this.columns * (cellWidth + GAP) - GAP;
        int height = 2 * Sheet.MARGIN + (omitted > 0 ? Sheet.LINE : 0);
        for (Row row : this.rows) {
            height += rowHeight(row);
        }
        this.sheet = new Sheet(width, height - GAP);
        draw(omitted);
    }

    /**
     * @param rows at least one
     * @param columns pictures of a row, 1 to {@value #MOST_COLUMNS}
     */
    public static Picture of(List<Row> rows, int columns) {
        if (rows.isEmpty() || columns < 1 || columns > MOST_COLUMNS) {
            throw new IllegalArgumentException("found " + rows.size() + " rows and " + columns
                    + " columns, expected at least 1 row and 1 to " + MOST_COLUMNS + " columns");
        }
        return new ContactSheet(rows, columns).sheet.picture();
    }

    /** Writes the sheet as a PNG, over an older one. */
    public static void write(List<Row> rows, int columns, Path path) throws IOException {
        Sheet.write(of(rows, columns), path);
    }

    private static int longest(List<Row> rows) {
        return rows.stream().mapToInt(row -> row.originals().size()).max().orElse(1);
    }

    private int rowHeight(Row row) {
        return Sheet.LINE + row.lines() * (cellHeight + GAP) + GAP;
    }

    private void draw(int omitted) {
        FrameFitter fitter = new FrameFitter(FrameFit.PAD, cellWidth, cellHeight);
        int y = Sheet.MARGIN;
        for (Row row : rows) {
            sheet.text(row.title(), Sheet.MARGIN, y);
            for (int column = 0; column < columns; column++) {
                int index = sample(column, row.originals().size());
                int x = Sheet.MARGIN + column * (cellWidth + GAP);
                if (index >= 0) {
                    sheet.put(fitter.fit(row.originals().get(index)), x, y + Sheet.LINE);
                }
                if (index >= 0 && index < row.reconstructions().size()) {
                    sheet.put(fitter.fit(row.reconstructions().get(index)), x, y + Sheet.LINE + cellHeight + GAP);
                }
            }
            y += rowHeight(row);
        }
        if (omitted > 0) {
            sheet.text("and " + omitted + " more", Sheet.MARGIN, y);
        }
    }

    /** Index of the picture for a column; below 0 when a short row has none. */
    private int sample(int column, int pictures) {
        if (pictures <= columns) {
            return column < pictures ? column : -1;
        }
        return columns == 1 ? 0 : (int) Math.round((double) column * (pictures - 1) / (columns - 1));
    }
}

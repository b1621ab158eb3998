package io.nolook.picture;

import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
    private static final int MARGIN = 12;
    private static final int TITLE_SCALE = 2;
    private static final int TITLE_HEIGHT = PixelFont.HEIGHT * TITLE_SCALE + 6;
    private static final int PAPER = 24;
    private static final int INK = 230;

    private final int cellWidth;
    private final int cellHeight;
    private final int columns;
    private final List<Row> rows;
    private final int width;
    private final byte[] rgb;

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
        this.width = 2 * MARGIN + this.columns * (cellWidth + GAP) - GAP;
        int height = 2 * MARGIN + (omitted > 0 ? TITLE_HEIGHT : 0);
        for (Row row : this.rows) {
            height += rowHeight(row);
        }
        this.rgb = new byte[3 * width * (height - GAP)];
        Arrays.fill(rgb, (byte) PAPER);
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
        ContactSheet sheet = new ContactSheet(rows, columns);
        return new Picture(sheet.width, sheet.rgb.length / 3 / sheet.width, sheet.rgb);
    }

    /** Writes the sheet as a PNG, over an older one. */
    public static void write(List<Row> rows, int columns, Path path) throws IOException {
        Files.write(path, new PictureEncoder().png(of(rows, columns)));
    }

    private static int longest(List<Row> rows) {
        return rows.stream().mapToInt(row -> row.originals().size()).max().orElse(1);
    }

    private int rowHeight(Row row) {
        return TITLE_HEIGHT + row.lines() * (cellHeight + GAP) + GAP;
    }

    private void draw(int omitted) {
        FrameFitter fitter = new FrameFitter(FrameFit.PAD, cellWidth, cellHeight);
        int y = MARGIN;
        for (Row row : rows) {
            PixelFont.draw(rgb, width, row.title(), MARGIN, y, TITLE_SCALE, INK);
            for (int column = 0; column < columns; column++) {
                int index = sample(column, row.originals().size());
                int x = MARGIN + column * (cellWidth + GAP);
                if (index >= 0) {
                    put(fitter.fit(row.originals().get(index)), x, y + TITLE_HEIGHT);
                }
                if (index >= 0 && index < row.reconstructions().size()) {
                    put(fitter.fit(row.reconstructions().get(index)), x, y + TITLE_HEIGHT + cellHeight + GAP);
                }
            }
            y += rowHeight(row);
        }
        if (omitted > 0) {
            PixelFont.draw(rgb, width, "and " + omitted + " more", MARGIN, y, TITLE_SCALE, INK);
        }
    }

    /** Index of the picture for a column; below 0 when a short row has none. */
    private int sample(int column, int pictures) {
        if (pictures <= columns) {
            return column < pictures ? column : -1;
        }
        return columns == 1 ? 0 : (int) Math.round((double) column * (pictures - 1) / (columns - 1));
    }

    private void put(Picture picture, int left, int top) {
        for (int y = 0; y < cellHeight; y++) {
            System.arraycopy(picture.rgb(), 3 * y * cellWidth, rgb, 3 * ((top + y) * width + left), 3 * cellWidth);
        }
    }
}

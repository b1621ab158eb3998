package io.nolook.tool.bench.page;

import java.util.ArrayList;
import java.util.List;

/**
 * A table.
 *
 * @param title above it
 * @param columns their names
 * @param rows of as many cells
 */
public record Grid(String title, List<String> columns, List<List<String>> rows) {

    public Grid {
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "found a row of " + row.size() + " cells, expected " + columns.size() + ": " + row);
            }
        }
    }

    /** A table whose columns are separated by bars in the text: {@code what|figure}. */
    public static Grid of(String title, String columns, List<List<String>> rows) {
        return new Grid(title, List.of(columns.split("\\|")), List.copyOf(rows));
    }

    /** The rows as text for a terminal. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(title);
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  " + row.get(0));
            for (int i = 1; i < row.size(); i++) {
                line.append(i == 1 ? ": " : "; ")
                        .append(columns.get(i))
                        .append(' ')
                        .append(row.get(i));
            }
            lines.add(line.toString());
        }
        return lines;
    }
}

package io.nolook.tool.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that training reads. */
public enum ExportFormat {
    npz,
    tar,
    parquet;

    /**
     * Opens a folder for writing, made if missing; the caller closes what is returned.
     *
     * @param rows token frames of a file, at least 1
     */
    public ExportSink open(Path folder, TokenForm form, int rows) throws IOException {
        Files.createDirectories(folder);
        return switch (this) {
            case npz -> new NpzSink(folder, form, rows);
            case tar -> new TarSink(folder, form, rows);
            case parquet -> new ParquetSink(folder, form, rows);
        };
    }
}

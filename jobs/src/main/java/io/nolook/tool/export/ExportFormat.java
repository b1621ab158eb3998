package io.nolook.tool.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that training reads. */
public enum ExportFormat {
    npz,
    tar,
    /** The same as {@link #tar}, by the name of the library that reads it. */
    webdataset,
    parquet,
    /** Hugging Face's datasets. */
    hf,
    /** Of the 1X World Model Challenge. */
    oneX,
    megatron;

    /**
     * Opens a folder for writing, made if missing; the caller closes what is returned.
     *
     * @param rows token frames of a file; where all is in one, of a clip in it; at least 1
     * @throws IllegalArgumentException when the layout has no such form
     */
    public ExportSink open(Path folder, TokenForm form, int rows) throws IOException {
        Files.createDirectories(folder);
        return switch (this) {
            case npz -> new NpzSink(folder, form, rows);
            case tar, webdataset -> new TarSink(folder, form, rows);
            case parquet -> new ParquetSink(folder, form, rows);
            case hf -> new HuggingFaceSink(folder, form, rows);
            case oneX -> new WorldModelSink(folder, form, rows);
            case megatron -> new MegatronSink(folder, form, rows);
        };
    }

    /** As users write it. */
    @Override
    public String toString() {
        return this == oneX ? "1x" : name();
    }
}

package io.nolook.tool.export;

import io.nolook.schema.TokenFrame;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Takes runs of token frames, each of one clip of one camera. */
public interface ExportSink extends Closeable {

    /** Adds consecutive token frames of one clip. */
    void add(List<TokenFrame> frames) throws IOException;

    /** Writes what is left; closing again does nothing. */
    @Override
    void close() throws IOException;

    /** The files written so far; all of them once closed. */
    List<Path> files();
}

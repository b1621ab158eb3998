package io.nolook.frame;

import java.io.IOException;

/** Takes pictures one after another, into a video or a folder. */
public interface PictureSink extends AutoCloseable {

    /**
     * @param picture of the same size as the first
     * @throws IOException when it cannot be written
     */
    void write(Picture picture) throws IOException;

    /** Completes what was written; without it the result may be unreadable. */
    @Override
    void close() throws IOException;
}

package io.nolook.frame;

import java.io.IOException;
import java.util.Optional;

/** Pictures one after another, from a file, a folder or a camera. */
public interface PictureSource extends AutoCloseable {

    /**
     * Waits for the next picture.
     *
     * @return empty at the end, and from then on
     * @throws IOException when the source fails; it says what was found and where
     */
    Optional<TimedPicture> next() throws IOException;

    /** Whether it has no end of its own: a camera. */
    default boolean isLive() {
        return false;
    }

    /** From any thread: what {@link #next} waits for is given up, and it fails soon. */
    default void cancel() {}

    @Override
    void close() throws IOException;
}

package io.nolook.frame;

import java.io.IOException;
import java.util.Optional;

/** A camera's pictures, no larger and no more than wanted. */
public interface CameraSource extends AutoCloseable {

    /**
     * Waits for the next picture that is wanted.
     *
     * @return empty at the end, and from then on
     * @throws IOException when the source fails or stalls; it says what was found and where
     */
    Optional<CameraPicture> next() throws IOException;

    /** Whether it has no end of its own; what has one is a recording, whose times count from its first picture. */
    boolean isLive();

    /** Pictures left out so far, to keep to the rate asked. */
    long leftOut();

    /** From any thread: what {@link #next} waits for is given up, and it fails soon. */
    void cancel();

    @Override
    void close() throws IOException;
}

package io.nolook.frame;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Pictures one after another, of a recording or a folder. */
public interface PictureSource extends AutoCloseable {

    /**
     * Waits for the next picture.
     *
     * @return empty at the end, which for a recording is where it is damaged, and from then on
     * @throws IOException when the source fails; it says what was found and where
     */
    Optional<TimedPicture> next() throws IOException;

    /**
     * Waits for the next picture and fits it, just as a job fits a frame of the same bytes.
     *
     * @return as of {@link #next()}
     * @throws IOException as of {@link #next()}
     */
    default Optional<TimedFit> next(FrameFitter fitter) throws IOException {
        return next().map(timed -> new TimedFit(FittedPicture.of(timed.picture(), fitter), timed.atMicros()));
    }

    /**
     * After the end: what is missing of a recording that is damaged, each with what was found and expected, where, and the
     * fix; empty for what is whole. Every picture that came is right.
     */
    default List<String> damage() {
        return List.of();
    }

    /** When the first picture was taken, if the recording says so. */
    default Optional<Instant> beganAt() {
        return Optional.empty();
    }

    @Override
    void close() throws IOException;
}

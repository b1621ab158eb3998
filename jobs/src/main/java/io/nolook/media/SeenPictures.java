package io.nolook.media;

import io.nolook.frame.FrameFitter;
import io.nolook.frame.PictureSink;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedFit;
import io.nolook.frame.TimedPicture;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A source that also writes what it gives: the pictures as a model sees them, fitted to its size.
 *
 * @param source is closed with this
 * @param sink takes them; is closed with this
 */
public record SeenPictures(PictureSource source, PictureSink sink) implements PictureSource {

    @Override
    public Optional<TimedPicture> next() throws IOException {
        Optional<TimedPicture> next = source.next();
        if (next.isPresent()) {
            sink.write(next.get().picture());
        }
        return next;
    }

    @Override
    public Optional<TimedFit> next(FrameFitter fitter) throws IOException {
        Optional<TimedFit> next = source.next(fitter);
        if (next.isPresent()) {
            sink.write(next.get().fitted().picture());
        }
        return next;
    }

    @Override
    public List<String> damage() {
        return source.damage();
    }

    @Override
    public Optional<Instant> beganAt() {
        return source.beganAt();
    }

    @Override
    public void close() throws IOException {
        try (source) {
            sink.close();
        }
    }
}

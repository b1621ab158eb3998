package io.nolook.media;

import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Pictures in memory, at a steady rate from time 0 on. */
public final class SteadyPictures implements PictureSource {
    private final Iterator<Picture> pictures;
    private final double stepMicros;
    private long next;

    /**
     * @param framesPerSecond above 0
     */
    public SteadyPictures(List<Picture> pictures, double framesPerSecond) {
        this.pictures = pictures.iterator();
        stepMicros = 1e6 / framesPerSecond;
    }

    @Override
    public Optional<TimedPicture> next() {
        return pictures.hasNext()
                ? Optional.of(new TimedPicture(pictures.next(), Math.round(next++ * stepMicros)))
                : Optional.empty();
    }

    @Override
    public void close() {}
}

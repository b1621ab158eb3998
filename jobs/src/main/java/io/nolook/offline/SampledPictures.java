package io.nolook.offline;

import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A source that keeps a few of its pictures, evenly spaced, however long it is. */
public final class SampledPictures implements PictureSource {
    private static final int MOST = 64;

    private final PictureSource source;
    private final List<Picture> kept = new ArrayList<>();
    private long read;
    private long step = 1;

    /**
     * @param source closed with this one
     */
    public SampledPictures(PictureSource source) {
        this.source = source;
    }

    @Override
    public Optional<TimedPicture> next() throws IOException {
        Optional<TimedPicture> next = source.next();
        if (next.isPresent() && read++ % step == 0) {
            kept.add(next.get().picture());
            if (kept.size() == MOST) {
                thin();
            }
        }
        return next;
    }

    @Override
    public List<String> damage() {
        return source.damage();
    }

    private void thin() {
        for (int i = MOST - 1; i > 0; i -= 2) {
            kept.remove(i);
        }
        step *= 2;
    }

    /** Up to {@value #MOST} pictures of what was read so far. */
    public List<Picture> pictures() {
        return List.copyOf(kept);
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}

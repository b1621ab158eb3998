package io.nolook.job.backfill;

import io.nolook.frame.FrameFitter;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.media.Inputs;
import io.nolook.window.CameraFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Frames of several recordings by turns, as epoch 0 of a camera each.
 *
 * <p>Where one ends the next one begins, so that as many as may be are open until the last ones. Goes on where each
 * recording was left by decoding it again up to there. Owned by the source's task, which closes it.
 */
public final class RecordingIterator implements Iterator<CameraFrame>, AutoCloseable {
    private static final long EPOCH = 0;

    private final FrameFitter fitter;
    private final int atOnce;
    private final Deque<Open> open = new ArrayDeque<>();
    private final Deque<Recording> waiting;

    /** A recording that is being read; opened at its first turn. */
    private static final class Open {
        final Recording recording;
        Optional<PictureSource> pictures = Optional.empty();
        Optional<TimedPicture> ahead = Optional.empty();
        long next;

        Open(Recording recording) {
            this.recording = recording;
            next = recording.next();
        }
    }

    RecordingIterator(RecordingSplit split) {
        fitter = new FrameFitter(split.fit(), split.size().width(), split.size().height());
        atOnce = split.atOnce();
        waiting = new ArrayDeque<>(split.recordings());
        begin();
    }

    private void begin() {
        while (open.size() < atOnce && !waiting.isEmpty()) {
            open.addLast(new Open(waiting.removeFirst()));
        }
    }

    @Override
    public boolean hasNext() {
        while (!open.isEmpty()) {
            Open first = open.getFirst();
            if (first.ahead.isEmpty()) {
                first.ahead = read(first);
            }
            if (first.ahead.isPresent()) {
                return true;
            }
            open.removeFirst();
            begin();
        }
        return false;
    }

    @Override
    public CameraFrame next() {
        if (!hasNext()) {
            throw new NoSuchElementException("found the end of all recordings");
        }
        Open turn = open.removeFirst();
        TimedPicture timed = turn.ahead.orElseThrow();
        turn.ahead = Optional.empty();
        open.addLast(turn);
        Picture picture = timed.picture();
        // A recording starts at 0; the first microsecond keeps its times positive, as the window asks.
        return new CameraFrame(
                turn.recording.camera(),
                EPOCH,
                turn.next++,
                timed.atMicros() + 1,
                picture.width(),
                picture.height(),
                fitter.fit(picture).rgb());
    }

    /** The recordings that are not read to their end, and how far they are. */
    List<Recording> left() {
        return Stream.concat(
                        open.stream()
                                .map(each ->
                                        new Recording(each.recording.location(), each.recording.camera(), each.next)),
                        waiting.stream())
                .toList();
    }

    private static Optional<TimedPicture> read(Open recording) {
        try {
            if (recording.pictures.isEmpty()) {
                recording.pictures = Optional.of(Inputs.open(recording.recording.location()));
                for (long skipped = 0; skipped < recording.recording.next(); skipped++) {
                    recording.pictures.get().next();
                }
            }
            Optional<TimedPicture> next = recording.pictures.get().next();
            if (next.isEmpty()) {
                recording.pictures.get().close();
            }
            return next;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    recording.recording.location() + ": cannot be read at frame " + recording.next, e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Open each : open) {
            if (each.pictures.isPresent()) {
                each.pictures.get().close();
            }
        }
        open.clear();
        waiting.clear();
    }
}

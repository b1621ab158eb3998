package io.nolook.job.backfill;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import io.nolook.media.Inputs;
import io.nolook.window.CameraFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Frames of several recordings by turns, as an epoch of a camera each.
 *
 * <p>A recording goes on where it was left by being decoded again up to there. One that is damaged ends where it is, or is
 * left out when it cannot be opened; it is told of, and the others go on. Owned by the source's task, which closes it.
 */
final class RecordingTurns implements AutoCloseable {
    private final FrameFitter fitter;
    private final FrameLimits limits;
    private final Consumer<String> damaged;
    private final Deque<Open> open = new ArrayDeque<>();

    /** A recording that is being read; opened at its first turn. */
    private static final class Open {
        Recording recording;

        @Nullable
        PictureSource pictures;

        Open(Recording recording) {
            this.recording = recording;
        }
    }

    /** @param damaged is told of each recording that is damaged, once */
    RecordingTurns(TokenizeSettings settings, Consumer<String> damaged) {
        fitter = new FrameFitter(
                settings.frameFit(),
                settings.frameSize().width(),
                settings.frameSize().height());
        limits = settings.frameLimits();
        this.damaged = damaged;
    }

    /** Its turn comes last. */
    void add(Recording recording) {
        open.addLast(new Open(recording));
    }

    /** Recordings that are not read to their end. */
    int size() {
        return open.size();
    }

    /** The same, and how far they are. */
    List<Recording> left() {
        return open.stream().map(each -> each.recording).toList();
    }

    /** The next frame of the next recording; empty when that recording has ended, or there is none. */
    Optional<CameraFrame> next() throws IOException {
        if (open.isEmpty()) {
            return Optional.empty();
        }
        Open turn = open.removeFirst();
        Optional<TimedPicture> timed = read(turn);
        if (timed.isEmpty()) {
            close(turn);
            return Optional.empty();
        }
        Recording recording = turn.recording;
        turn.recording = recording.upTo(recording.next() + 1);
        open.addLast(turn);
        Picture picture = timed.get().picture();
        return Optional.of(new CameraFrame(
                recording.camera(),
                recording.epoch(),
                recording.next(),
                recording.beganMicros() + timed.get().atMicros(),
                picture.width(),
                picture.height(),
                fitter.fit(picture).rgb()));
    }

    private Optional<TimedPicture> read(Open turn) {
        try {
            PictureSource pictures = turn.pictures == null ? begin(turn) : turn.pictures;
            Optional<TimedPicture> next = pictures.next();
            if (next.isEmpty()) {
                pictures.damage().forEach(damaged);
            }
            return next;
        } catch (IOException e) {
            // read again it would be the same: no reason to fail, from which the job would start again
            damaged.accept(e.getMessage());
            return Optional.empty();
        }
    }

    private PictureSource begin(Open turn) throws IOException {
        PictureSource pictures = Inputs.open(turn.recording.location(), limits);
        turn.pictures = pictures;
        if (turn.recording.beganMicros() == Recording.UNTOLD) {
            turn.recording = turn.recording.began(began(pictures, Path.of(turn.recording.location())));
        }
        for (long skipped = 0; skipped < turn.recording.next(); skipped++) {
            pictures.next();
        }
        return pictures;
    }

    /** What the recording says, unless its clock is ahead; else when the file was last written. After 1970 in any case. */
    private static long began(PictureSource pictures, Path file) throws IOException {
        Instant written = Files.getLastModifiedTime(file).toInstant();
        Instant began = pictures.beganAt()
                .filter(told -> !told.isAfter(written.plus(1, ChronoUnit.DAYS)))
                .orElse(written);
        return Math.max(1, ChronoUnit.MICROS.between(Instant.EPOCH, began));
    }

    private static void close(Open turn) throws IOException {
        if (turn.pictures != null) {
            turn.pictures.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (Open each : open) {
            close(each);
        }
        open.clear();
    }
}

package io.nolook.job.backfill;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A recording and how far it was read.
 *
 * @param location a video file or a folder of images
 * @param camera id of its frames
 * @param beganMicros when its first picture was taken, since 1970; {@link #UNTOLD}: the recording says so when it is opened
 * @param next sequence number of the next frame
 */
public record Recording(String location, String camera, long beganMicros, long next) {
    /** Before what is known of a recording when it is opened. */
    public static final long UNTOLD = 0;

    /**
     * A recording that was not read yet.
     *
     * @param prefix of the camera's id, before the recording's name
     * @param capturedAtMicros when its first picture was taken, where it is not to say so itself; above 0
     */
    public static Recording of(Path path, String prefix, OptionalLong capturedAtMicros) {
        return new Recording(path.toAbsolutePath().toString(), prefix + name(path), capturedAtMicros.orElse(UNTOLD), 0);
    }

    /**
     * The file's name up to the last dot.
     *
     * @throws IllegalArgumentException when Java cannot read the name: two such cameras would be one
     */
    public static String name(Path recording) {
        String name = recording.getFileName().toString();
        if (name.indexOf('\uFFFD') >= 0) {
            throw new IllegalArgumentException(recording + ": found letters in its name that are none in this locale's"
                    + " encoding, " + System.getProperty("sun.jnu.encoding")
                    + ", expected UTF-8: set LC_ALL=C.UTF-8, or rename it");
        }
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** Its first picture's time in milliseconds: run again, a recording is the same stream again. */
    long epoch() {
        return TimeUnit.MICROSECONDS.toMillis(beganMicros);
    }

    Recording began(long atMicros) {
        return new Recording(location, camera, atMicros, next);
    }

    Recording upTo(long frames) {
        return new Recording(location, camera, beganMicros, frames);
    }
}

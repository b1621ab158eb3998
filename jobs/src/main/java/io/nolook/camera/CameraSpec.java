package io.nolook.camera;

import io.nolook.frame.PicturesWanted;
import io.nolook.schema.FrameEncoding;
import java.time.Duration;

/**
 * One camera of a fleet; checked.
 *
 * @param id camera id, the records' key
 * @param group for people and alerts; may be empty
 * @param address where it is
 * @param encoding how its pictures travel
 * @param framesPerSecond most that are sent; 0 for all
 * @param shortSide pixels to which the shorter side of larger pictures is brought; 0 leaves them as they are
 * @param stall how long it may send no picture before it is reached for again
 * @param queueBytes of coded pictures that wait for the broker; the oldest go first
 */
public record CameraSpec(
        String id,
        String group,
        Address address,
        FrameEncoding encoding,
        double framesPerSecond,
        int shortSide,
        Duration stall,
        long queueBytes) {
    /** As long as the job takes. */
    private static final int MOST_CHARACTERS = 255;

    public CameraSpec {
        if (id.isEmpty() || id.length() > MOST_CHARACTERS || id.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("id: found '" + id.replaceAll("\\p{Cntrl}", "?") + "' of " + id.length()
                    + " characters, expected 1 to " + MOST_CHARACTERS + " without control characters");
        }
        require(framesPerSecond >= 0 && framesPerSecond <= 1000, "rate", framesPerSecond, "0 to 1000");
        require(shortSide == 0 || shortSide >= 8 && shortSide <= 8192, "size", shortSide, "8 to 8192, or off");
        boolean moderate = stall.compareTo(Duration.ofSeconds(1)) >= 0 && stall.compareTo(Duration.ofHours(24)) <= 0;
        require(moderate, "stall", stall, "1 s to 24 h");
        require(queueBytes >= 1 << 16 && queueBytes <= 1 << 30, "queue", queueBytes, "64 KiB to 1 GiB");
    }

    /** What is asked of its source. */
    public PicturesWanted wanted() {
        return new PicturesWanted(framesPerSecond, shortSide, encoding == FrameEncoding.JPEG);
    }

    private static void require(boolean holds, String key, Object found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(key + ": found " + found + ", expected " + expected);
        }
    }
}

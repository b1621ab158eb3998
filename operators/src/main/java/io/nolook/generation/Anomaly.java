package io.nolook.generation;

/**
 * A camera shows for a while what is unusual for it: an event.
 *
 * @param kind how it is unusual
 * @param ended whether it is over; else it has just been noticed
 * @param epoch of the frames
 * @param first frames of the token frame that showed it first
 * @param last frames of the newest token frame that showed it
 * @param score most bits a token so far beyond what is usual
 * @param low what was usual at least when it began, bits a token
 * @param high what was usual at most when it began, bits a token
 * @param map as {@link Surprise#map} has it, of the token frame with that score
 */
public record Anomaly(
        Kind kind,
        boolean ended,
        long epoch,
        Scored.Frames first,
        Scored.Frames last,
        float score,
        float low,
        float high,
        float[] map) {

    /** How a camera can be unusual. */
    public enum Kind {
        /** More surprising than usual: something that was not to be expected. */
        SURPRISING,
        /** Duller than usual: it is covered, has frozen, or nothing moves where something should. */
        DULL
    }

    /** How long it has been seen, whatever the camera's clock did. */
    public long durationMicros() {
        return (last.lastCapturedAtMicros() - last.clockJumpedMicros())
                - (first.firstCapturedAtMicros() - first.clockJumpedMicros());
    }

    /** With one more token frame that shows it. */
    Anomaly with(Scored scored, float other) {
        boolean more = other > score;
        return new Anomaly(
                kind,
                ended,
                epoch,
                first,
                scored.frames(),
                more ? other : score,
                low,
                high,
                more ? scored.surprise().map() : map);
    }

    Anomaly over() {
        return new Anomaly(kind, true, epoch, first, last, score, low, high, map);
    }
}

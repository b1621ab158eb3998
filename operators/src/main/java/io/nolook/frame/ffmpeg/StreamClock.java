package io.nolook.frame.ffmpeg;

/**
 * When a live stream's pictures were taken.
 *
 * <pre>
 *   sender's clock told and believed    presentation time + what the sender says of it (RTCP sender reports)
 *   else                                presentation time + the least delay of arrival in the last minutes
 *   no presentation times               arrival
 * </pre>
 *
 * <p>So a process that is late does not make its pictures late: they keep the distances that the camera gave them. Times
 * only rise. Where the wanted time steps back a little, pictures come closer together until they are there; where it is
 * far off, as after a camera's restart, the clock begins anew. All times in microseconds. Not thread-safe.
 */
final class StreamClock {
    /** A sender whose clock is further off is not believed: many cameras count from 1970 or from their start. */
    static final long MOST_DIFFERENCE = 10_000_000;
    /** A presentation time this far from its arrival belongs to another beginning. */
    static final long ANEW = 30_000_000;

    private static final long PERIOD = 60_000_000;
    private static final int SLOWER = 10;
    private static final long NONE = Long.MIN_VALUE;

    private long leastBefore = NONE;
    private long least = NONE;
    private long periodBegan;
    private long told = NONE;
    private long offset = NONE;
    private long previous = NONE;
    private long last = NONE;

    /** A packet has come. */
    void arrived(long presentation, long arrival) {
        long delay = arrival - presentation;
        if (least == NONE || Math.abs(delay - offset()) > ANEW) {
            leastBefore = NONE;
            least = delay;
            told = NONE;
            offset = NONE;
            periodBegan = arrival;
        } else if (arrival - periodBegan > PERIOD) {
            leastBefore = least;
            least = delay;
            periodBegan = arrival;
        }
        least = Math.min(least, delay);
    }

    /** What the sender's clock showed at a presentation time; believed when it is near that of the arrival. */
    void told(long presentation, long sender, long arrival) {
        told = Math.abs(sender - arrival) <= MOST_DIFFERENCE ? sender - presentation : NONE;
    }

    /** When a picture was taken; after {@link #arrived} of its packet. */
    long at(long presentation) {
        long wanted = offset();
        long slewed = offset - Math.max(0, presentation - previous) / SLOWER;
        offset = offset == NONE ? wanted : Math.max(wanted, slewed);
        previous = presentation;
        return rising(presentation + offset);
    }

    /** When a picture without a presentation time was taken. */
    long atArrival(long arrival) {
        return rising(arrival);
    }

    private long offset() {
        if (told != NONE) {
            return told;
        }
        return leastBefore == NONE ? least : Math.min(leastBefore, least);
    }

    private long rising(long time) {
        last = last == NONE ? time : Math.max(last + 1, time);
        return last;
    }
}

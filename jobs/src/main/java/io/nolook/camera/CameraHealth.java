package io.nolook.camera;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a camera has done lately, and how good that is. Thread-safe; time comes in.
 *
 * <pre>
 *   offline     no connection delivers pictures
 *   unusable    the broker takes nothing, less than half of the expected frames in ten minutes, or 10 reconnects in an hour
 *   poor        less than 80 %, or 5
 *   fair        less than 95 %, or 1
 *   excellent   the rest
 * </pre>
 *
 * <p>Expected is what the camera is asked for; with no rate asked, the most that ten minutes of it had.
 */
public final class CameraHealth {
    private static final long HOUR_MILLIS = 3_600_000;
    private static final long RECENT_MILLIS = 600_000;
    private static final int MOST_RECONNECTS = 10_000;

    /** How good a camera is. */
    public enum Rating {
        EXCELLENT,
        FAIR,
        POOR,
        UNUSABLE,
        OFFLINE
    }

    /** Why a picture did not reach the topic. */
    public enum Drop {
        /** The broker was slow or away. */
        BROKER,
        /** It is larger than the topic takes. */
        TOO_LARGE,
        /** Left out to keep to the rate asked. */
        SAMPLED
    }

    /**
     * All of it at one time.
     *
     * @param rating by the rule
     * @param reason why it is not connected, or was not before; empty at first
     * @param frames sent in all
     * @param bytes sent in all
     * @param drops in all, by reason
     * @param reconnects in the last hour
     * @param failures in all, of connections and tries
     * @param width of the source's pictures, 0 before the first
     * @param height of the source's pictures, 0 before the first
     * @param ageMillis since the newest picture, -1 before the first
     */
    public record Report(
            Rating rating,
            String reason,
            long frames,
            long bytes,
            Map<Drop, Long> drops,
            int reconnects,
            int failures,
            int width,
            int height,
            long ageMillis) {}

    private final double framesPerSecond;
    private final Map<Drop, Long> drops = new EnumMap<>(Drop.class);
    private final Deque<Long> reconnects = new ArrayDeque<>();
    private boolean connected;
    private boolean brokerAway;
    private String reason = "";
    private int failures;
    private long frames;
    private long bytes;
    private int width;
    private int height;
    private long newestMillis = -1;
    private long periodBegan = -1;
    private long framesBefore;
    private double recentRate = -1;
    private double bestRate;

    /**
     * @param framesPerSecond asked for, 0 for all there are
     */
    public CameraHealth(double framesPerSecond) {
        this.framesPerSecond = framesPerSecond;
    }

    /** A connection delivers its first picture. */
    synchronized void connected(long nowMillis) {
        connected = true;
        periodBegan = periodBegan < 0 ? nowMillis : periodBegan;
    }

    /** A connection failed, or none could be made. */
    synchronized void failed(String why, long nowMillis) {
        reason = why;
        failures++;
        if (connected && reconnects.size() < MOST_RECONNECTS) {
            reconnects.addLast(nowMillis);
        }
        connected = false;
    }

    synchronized void picture(int sourceWidth, int sourceHeight, long nowMillis) {
        width = sourceWidth;
        height = sourceHeight;
        newestMillis = nowMillis;
    }

    synchronized void sent(int size) {
        brokerAway = false;
        frames++;
        bytes += size;
    }

    synchronized void dropped(Drop why, long count) {
        drops.merge(why, count, Long::sum);
        brokerAway |= why == Drop.BROKER;
    }

    /** All of it, as it is now. */
    public synchronized Report report(long nowMillis) {
        while (!reconnects.isEmpty() && reconnects.peekFirst() < nowMillis - HOUR_MILLIS) {
            reconnects.removeFirst();
        }
        measure(nowMillis);
        long age = newestMillis < 0 ? -1 : nowMillis - newestMillis;
        return new Report(
                rating(),
                brokerAway ? "the broker takes nothing: pictures are dropped" : reason,
                frames,
                bytes,
                Map.copyOf(drops),
                reconnects.size(),
                failures,
                width,
                height,
                age);
    }

    /** A period of ten minutes ends with the first look after it. */
    private void measure(long nowMillis) {
        if (periodBegan >= 0 && nowMillis - periodBegan >= RECENT_MILLIS) {
            recentRate = 1000.0 * (frames - framesBefore) / (nowMillis - periodBegan);
            bestRate = Math.max(bestRate, recentRate);
            periodBegan = nowMillis;
            framesBefore = frames;
        }
    }

    private Rating rating() {
        if (!connected) {
            return Rating.OFFLINE;
        }
        double expected = framesPerSecond > 0 ? framesPerSecond : bestRate;
        double share = recentRate < 0 || expected == 0 ? 1 : recentRate / expected;
        int lost = reconnects.size();
        if (brokerAway || share < 0.5 || lost >= 10) {
            return Rating.UNUSABLE;
        }
        if (share < 0.8 || lost >= 5) {
            return Rating.POOR;
        }
        return share < 0.95 || lost >= 1 ? Rating.FAIR : Rating.EXCELLENT;
    }
}

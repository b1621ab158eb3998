package io.nolook.camera;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a camera has done lately, and how good that is. Thread-safe; time comes in.
 *
 * <p>Its sender says what happened, or who reads its frames and sees the same from there.
 *
 * <pre>
 *   offline     no picture for five seconds and no connection
 *   unusable    the broker takes nothing, less than half of the expected frames, or 10 reconnects in an hour
 *   poor        less than 80 %, or 5
 *   fair        less than 95 %, or 1
 *   excellent   the rest
 * </pre>
 *
 * <p>Expected is what the camera is asked for; with no rate asked, the most that it had. Rates are those of the last ten
 * minutes, in full tens of seconds.
 */
public final class CameraHealth {
    private static final long HOUR_MILLIS = 3_600_000;
    private static final long SLOT_MILLIS = 10_000;
    private static final int SLOTS = 60;
    private static final int FEWEST_SLOTS = 3;
    private static final long AWAY_MILLIS = 5_000;
    private static final double ENOUGH = 0.95;
    private static final int MOST_RECONNECTS = 10_000;

    /** How good a camera is. */
    public enum Rating {
        EXCELLENT,
        FAIR,
        POOR,
        UNUSABLE,
        OFFLINE;

        /** As records, pages and metrics say it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why a picture did not reach the topic. */
    public enum Drop {
        /** The broker was slow or away. */
        BROKER,
        /** It is larger than the topic takes. */
        TOO_LARGE,
        /** Left out to keep to the rate asked. */
        SAMPLED;

        /** As records and metrics say it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * All of it at one time.
     *
     * @param rating by the rule
     * @param reason why it is not better, or was not before; empty at first
     * @param frames sent in all
     * @param bytes sent in all
     * @param drops in all, by reason
     * @param reconnects in the last hour
     * @param failures in all, of connections and tries
     * @param framesPerSecond sent lately; -1 where that is not known yet
     * @param width of the source's pictures, 0 before the first
     * @param height of the source's pictures, 0 before the first
     * @param newestMillis when the newest picture came, -1 before the first
     * @param ageMillis since then, -1 before the first
     * @param codeNanos that making a frame of a picture took, in all
     * @param sendNanos from then until the broker had it, in all
     */
    public record Report(
            Rating rating,
            String reason,
            long frames,
            long bytes,
            Map<Drop, Long> drops,
            int reconnects,
            int failures,
            double framesPerSecond,
            int width,
            int height,
            long newestMillis,
            long ageMillis,
            long codeNanos,
            long sendNanos) {}

    private final double asked;
    private final Map<Drop, Long> drops = new EnumMap<>(Drop.class);
    private final Deque<Long> reconnects = new ArrayDeque<>();
    private final long[] slots = new long[SLOTS + 1];
    private long firstSlot = -1;
    private long slot = -1;
    private boolean connected;
    private boolean brokerAway;
    private String reason = "";
    private String tooLarge = "";
    private int failures;
    private long frames;
    private long bytes;
    private int width;
    private int height;
    private long newestMillis = -1;
    private double bestRate;
    private long leftOut;
    private long codeNanos;
    private long sendNanos;

    /**
     * @param asked frames a second, 0 for all there are
     */
    public CameraHealth(double asked) {
        this.asked = asked;
    }

    /** A connection delivers its first picture. */
    public synchronized void connected(long nowMillis) {
        connected = true;
        leftOut = 0;
        if (firstSlot < 0) {
            firstSlot = nowMillis / SLOT_MILLIS + 1; // the first full one
            slot = firstSlot - 1;
        }
    }

    /** A connection failed, or none could be made. */
    public synchronized void failed(String why, long nowMillis) {
        reason = why;
        failures++;
        if (connected && reconnects.size() < MOST_RECONNECTS) {
            reconnects.addLast(nowMillis);
        }
        connected = false;
    }

    /** A picture of the source has come. */
    public synchronized void picture(int sourceWidth, int sourceHeight, long nowMillis) {
        width = sourceWidth;
        height = sourceHeight;
        newestMillis = nowMillis;
    }

    /** So many pictures were left out since the source was opened. */
    synchronized void leftOut(long sinceOpened) {
        long more = sinceOpened - leftOut;
        if (more > 0) {
            drops.merge(Drop.SAMPLED, more, Long::sum);
        }
        leftOut = sinceOpened;
    }

    /** A picture was made a frame. */
    synchronized void coded(long nanos) {
        codeNanos += nanos;
    }

    /** A frame is on the broker. */
    public synchronized void sent(int size, long nanos, long nowMillis) {
        brokerAway = false;
        frames++;
        bytes += size;
        sendNanos += nanos;
        if (firstSlot >= 0) {
            advance(nowMillis);
            slots[(int) (slot % slots.length)]++;
        }
    }

    /** The broker takes nothing, and pictures wait. */
    synchronized void brokerAway() {
        brokerAway = true;
    }

    synchronized void dropped(Drop why, long count) {
        if (count > 0) {
            drops.merge(why, count, Long::sum);
            brokerAway |= why == Drop.BROKER;
        }
    }

    /** A picture is larger than the topic takes. */
    synchronized void tooLarge(String why) {
        drops.merge(Drop.TOO_LARGE, 1L, Long::sum);
        tooLarge = why;
    }

    /** All of it, as it is now. */
    public synchronized Report report(long nowMillis) {
        while (!reconnects.isEmpty() && reconnects.peekFirst() < nowMillis - HOUR_MILLIS) {
            reconnects.removeFirst();
        }
        double rate = rate(nowMillis);
        bestRate = Math.max(bestRate, rate);
        long age = newestMillis < 0 ? -1 : nowMillis - newestMillis;
        return new Report(
                rating(rate, age),
                reason(rate),
                frames,
                bytes,
                Map.copyOf(drops),
                reconnects.size(),
                failures,
                rate,
                width,
                height,
                newestMillis,
                age,
                codeNanos,
                sendNanos);
    }

    private String reason(double rate) {
        if (brokerAway) {
            return "the broker takes nothing: pictures wait, and the oldest go";
        }
        if (!tooLarge.isEmpty() || !reason.isEmpty()) {
            return tooLarge.isEmpty() ? reason : tooLarge;
        }
        double share = share(rate);
        return share < ENOUGH
                ? String.format(Locale.ROOT, "%.0f %% of the expected frames in the last ten minutes", 100 * share)
                : "";
    }

    /** Of the expected frames; 1 where that is not known yet. */
    private double share(double rate) {
        double expected = asked > 0 ? asked : bestRate;
        return rate < 0 || expected <= 0 ? 1 : rate / expected;
    }

    /** Frames sent a second; -1 before there are enough full slots. */
    private double rate(long nowMillis) {
        if (firstSlot < 0) {
            return -1;
        }
        advance(nowMillis);
        long from = Math.max(firstSlot, slot - SLOTS);
        if (slot - from < FEWEST_SLOTS) {
            return -1;
        }
        long sum = 0;
        for (long each = from; each < slot; each++) {
            sum += slots[(int) (each % slots.length)];
        }
        return 1000.0 * sum / ((slot - from) * SLOT_MILLIS);
    }

    private void advance(long nowMillis) {
        long now = nowMillis / SLOT_MILLIS;
        for (int steps = 0; slot < now && steps < slots.length; steps++) {
            slots[(int) (++slot % slots.length)] = 0;
        }
        slot = Math.max(slot, now);
    }

    private Rating rating(double rate, long age) {
        if (!connected && (age < 0 || age > AWAY_MILLIS)) {
            return Rating.OFFLINE;
        }
        double share = share(rate);
        int lost = reconnects.size();
        if (brokerAway || share < 0.5 || lost >= 10) {
            return Rating.UNUSABLE;
        }
        if (share < 0.8 || lost >= 5 || !tooLarge.isEmpty()) {
            return Rating.POOR;
        }
        return share < ENOUGH || lost >= 1 ? Rating.FAIR : Rating.EXCELLENT;
    }
}

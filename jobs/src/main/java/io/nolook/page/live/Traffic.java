package io.nolook.page.live;

import java.util.ArrayList;
import java.util.List;

/**
 * Frames, bytes and latency of the last ten minutes, in slots of five seconds. One thread at a time; time comes in.
 */
public final class Traffic {
    static final int SLOT_MILLIS = 5_000;
    private static final int SLOTS = 120;
    private static final int RECENT = 2;

    private final Slot[] slots = new Slot[SLOTS];
    private long beganMillis = -1;

    private static final class Slot {
        private long number = -1;
        private long frames;
        private long frameBytes;
        private long tokenBytes;
        private long latencyMillis;
        private long latencies;
    }

    /**
     * Rates of one slot.
     *
     * @param atMillis its beginning, milliseconds since 1970
     * @param framesPerSecond of the camera
     * @param frameBitsPerSecond of the frames
     * @param tokenBitsPerSecond of the packed tokens
     * @param latencyMillis mean from capture until the tokens were told; -1 where none were
     */
    public record Rates(
            long atMillis,
            double framesPerSecond,
            double frameBitsPerSecond,
            double tokenBitsPerSecond,
            double latencyMillis) {}

    void frame(int bytes, long nowMillis) {
        Slot slot = at(nowMillis);
        slot.frames++;
        slot.frameBytes += bytes;
    }

    void tokens(int bytes, long latencyMillis, long nowMillis) {
        Slot slot = at(nowMillis);
        slot.tokenBytes += bytes;
        slot.latencyMillis += latencyMillis;
        slot.latencies++;
    }

    private Slot at(long nowMillis) {
        beganMillis = beganMillis < 0 ? nowMillis : beganMillis;
        long number = nowMillis / SLOT_MILLIS;
        int index = (int) (number % SLOTS);
        if (slots[index] == null || slots[index].number != number) {
            slots[index] = new Slot();
            slots[index].number = number;
        }
        return slots[index];
    }

    /** Of the last ten to fifteen seconds, or of as long as anything is known. */
    Rates now(long nowMillis) {
        long number = nowMillis / SLOT_MILLIS;
        long from = (number - RECENT) * SLOT_MILLIS;
        return rates(number - RECENT, number, from, nowMillis - Math.max(from, beganMillis));
    }

    /** Of all slots that are over, oldest first; those of no traffic are zeros. */
    List<Rates> history(long nowMillis) {
        List<Rates> all = new ArrayList<>();
        if (beganMillis < 0) {
            return all;
        }
        long last = nowMillis / SLOT_MILLIS - 1;
        for (long number = Math.max(beganMillis / SLOT_MILLIS, last - SLOTS + 2); number <= last; number++) {
            all.add(rates(number, number, number * SLOT_MILLIS, SLOT_MILLIS));
        }
        return all;
    }

    private Rates rates(long first, long last, long atMillis, long millis) {
        long frames = 0;
        long frameBytes = 0;
        long tokenBytes = 0;
        long latency = 0;
        long latencies = 0;
        for (long number = first; number <= last; number++) {
            Slot slot = slots[(int) Math.floorMod(number, (long) SLOTS)];
            if (slot != null && slot.number == number) {
                frames += slot.frames;
                frameBytes += slot.frameBytes;
                tokenBytes += slot.tokenBytes;
                latency += slot.latencyMillis;
                latencies += slot.latencies;
            }
        }
        double seconds = Math.max(1_000, millis) / 1e3;
        return new Rates(
                atMillis,
                frames / seconds,
                8 * frameBytes / seconds,
                8 * tokenBytes / seconds,
                latencies == 0 ? -1 : (double) latency / latencies);
    }
}

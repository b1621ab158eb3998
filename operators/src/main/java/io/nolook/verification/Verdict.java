package io.nolook.verification;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts of one camera: frames by fate, faults by kind with examples; grows as records are looked at. */
public final class Verdict {
    private static final int MOST_EXAMPLES = 10;

    private final Map<Fate, Long> fates = new EnumMap<>(Fate.class);
    private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
    private final List<String> examples = new ArrayList<>();
    private long tokenFrames;
    private long laterTokenFrames;

    public void count(Fate fate, long frames) {
        if (frames > 0) {
            fates.merge(fate, frames, Long::sum);
        }
    }

    /** Counts a fault; the first few texts are kept. */
    public void found(Fault fault, String text) {
        faults.merge(fault, 1L, Long::sum);
        if (examples.size() < MOST_EXAMPLES) {
            examples.add(fault + ": " + text);
        }
    }

    void checked() {
        tokenFrames++;
    }

    void later() {
        laterTokenFrames++;
    }

    /** Frames received, by what became of them. */
    public Map<Fate, Long> fates() {
        return Map.copyOf(fates);
    }

    public long frames(Fate fate) {
        return fates.getOrDefault(fate, 0L);
    }

    public Map<Fault, Long> faults() {
        return Map.copyOf(faults);
    }

    public long faults(Fault fault) {
        return faults.getOrDefault(fault, 0L);
    }

    /** The first faults, in words. */
    public List<String> examples() {
        return List.copyOf(examples);
    }

    /** Token frames that were recomputed and compared. */
    public long tokenFrames() {
        return tokenFrames;
    }

    /** Token frames of frames after the last one looked at. */
    public long laterTokenFrames() {
        return laterTokenFrames;
    }

    public boolean passed() {
        return faults.isEmpty() && frames(Fate.UNACCOUNTED) == 0;
    }
}

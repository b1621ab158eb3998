package io.nolook.flink.model;

import java.util.HashMap;
import java.util.Map;

/**
 * A camera's state since the last barrier, in memory.
 *
 * <p>Owned by the task thread. Keyed state is older where anything here has changed.
 *
 * @param <S> the state
 */
final class HeldState<S> {
    private static final int NUMBERS = 512; // bytes of a state without its frames, about

    /** Inputs of steps since then, by their slot of the history. */
    final Map<Integer, HistorySlot> inputs = new HashMap<>();

    private S state;
    private long stateBytes;
    private long inputBytes;

    HeldState(S state, long stateBytes) {
        become(state, stateBytes);
    }

    S state() {
        return state;
    }

    void become(S newer, long bytes) {
        state = newer;
        stateBytes = bytes;
    }

    void keep(int slot, HistorySlot input) {
        HistorySlot older = inputs.put(slot, input);
        inputBytes += input.input().length - (older == null ? 0 : older.input().length);
    }

    long bytes() {
        return NUMBERS + stateBytes + inputBytes;
    }
}

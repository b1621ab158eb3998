package io.nolook.page.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * The newest few of what happened; the oldest go. One thread at a time.
 *
 * @param <T> a note
 */
final class Notes<T> {
    private final int most;
    private final Deque<T> notes = new ArrayDeque<>();
    private long count;

    Notes(int most) {
        this.most = most;
    }

    void add(T note) {
        if (notes.size() == most) {
            notes.removeFirst();
        }
        notes.addLast(note);
        count++;
    }

    /** Takes back what a newer note says better. */
    void remove(Predicate<T> which) {
        notes.removeIf(which);
    }

    /** How many there ever were. */
    long count() {
        return count;
    }

    List<T> newestFirst() {
        List<T> all = new ArrayList<>(notes);
        Collections.reverse(all);
        return all;
    }
}

package io.nolook.model;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The batch sizes at which a model was seen to give the same bits. */
public final class BatchSizes {
    private final NavigableSet<Integer> sizes;

    public BatchSizes(Collection<Integer> sizes) {
        this.sizes = new TreeSet<>(sizes);
        if (sizes.isEmpty() || this.sizes.first() < 1) {
            throw new IllegalArgumentException("found batch sizes " + sizes + ", expected at least one, from 1");
        }
    }

    /** The smallest admitted size that holds {@code rows} rows. */
    public int padded(int rows) {
        Integer size = sizes.ceiling(rows);
        if (size == null) {
            throw new IllegalArgumentException(
                    "found a batch of " + rows + ", expected at most " + sizes.last() + ": lower batch.size");
        }
        return size;
    }

    public int largest() {
        return sizes.last();
    }

    @Override
    public String toString() {
        return sizes.toString();
    }
}

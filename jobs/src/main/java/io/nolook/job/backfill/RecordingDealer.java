package io.nolook.job.backfill;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;

/**
 * Deals recordings, in order, to whichever task asks; checkpoints hold those that are left.
 *
 * <p>On the coordinator's thread. What a failed task had since the last checkpoint comes back, and goes out first.
 */
final class RecordingDealer implements SplitEnumerator<RecordingSplit, Collection<RecordingSplit>> {
    private final SplitEnumeratorContext<RecordingSplit> context;
    private final Deque<RecordingSplit> left = new ArrayDeque<>();

    RecordingDealer(SplitEnumeratorContext<RecordingSplit> context, Collection<RecordingSplit> splits) {
        this.context = context;
        splits.stream()
                .flatMap(split -> split.recordings().stream())
                .map(RecordingSplit::of)
                .forEach(left::addLast);
    }

    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int task, @Nullable String host) {
        RecordingSplit next = left.pollFirst();
        if (next == null) {
            context.signalNoMoreSplits(task);
        } else {
            context.assignSplit(next, task);
        }
    }

    @Override
    public void addSplitsBack(List<RecordingSplit> splits, int task) {
        for (int i = splits.size() - 1; i >= 0; i--) {
            left.addFirst(splits.get(i));
        }
    }

    @Override
    public void addReader(int task) {}

    @Override
    public Collection<RecordingSplit> snapshotState(long checkpointId) {
        return List.copyOf(left);
    }

    @Override
    public void close() {}
}

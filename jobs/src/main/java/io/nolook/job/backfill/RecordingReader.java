package io.nolook.job.backfill;

import io.nolook.window.CameraFrame;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;

/**
 * Reads recordings by turns, and asks for the next one whenever it could read one more.
 *
 * <p>On the task's thread. At a barrier its state is the recordings that it has, and how far each was read.
 */
final class RecordingReader implements SourceReader<CameraFrame, RecordingSplit> {
    private final SourceReaderContext context;
    private final RecordingTurns turns;
    private final int atOnce;
    private final Deque<Recording> waiting = new ArrayDeque<>();
    private boolean started;
    private int asked;
    private boolean noMore;
    private CompletableFuture<Void> available = new CompletableFuture<>();

    /**
     * @param turns closed with this reader
     * @param atOnce most recordings that are open
     */
    RecordingReader(SourceReaderContext context, RecordingTurns turns, int atOnce) {
        this.context = context;
        this.turns = turns;
        this.atOnce = atOnce;
    }

    @Override
    public void start() {
        started = true; // only now the dealer knows this task
        ask();
    }

    private void ask() {
        while (turns.size() < atOnce && !waiting.isEmpty()) {
            turns.add(waiting.removeFirst());
        }
        while (started && !noMore && turns.size() + asked < atOnce) {
            asked++;
            context.sendSplitRequest();
        }
    }

    @Override
    public void addSplits(List<RecordingSplit> splits) {
        splits.forEach(split -> waiting.addAll(split.recordings()));
        asked = Math.max(0, asked - splits.size());
        ask();
        available.complete(null);
    }

    @Override
    public void notifyNoMoreSplits() {
        noMore = true;
        available.complete(null);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<CameraFrame> output) throws IOException {
        Optional<CameraFrame> next = turns.next();
        next.ifPresent(output::collect);
        ask();
        if (turns.size() > 0) {
            return InputStatus.MORE_AVAILABLE;
        }
        if (noMore) {
            return InputStatus.END_OF_INPUT;
        }
        available = available.isDone() ? new CompletableFuture<>() : available;
        return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return turns.size() > 0 ? CompletableFuture.completedFuture(null) : available;
    }

    @Override
    public List<RecordingSplit> snapshotState(long checkpointId) {
        return Stream.concat(turns.left().stream(), waiting.stream())
                .map(RecordingSplit::of)
                .toList();
    }

    @Override
    public void close() throws IOException {
        turns.close();
    }
}

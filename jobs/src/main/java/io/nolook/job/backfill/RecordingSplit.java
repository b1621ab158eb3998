package io.nolook.job.backfill;

import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameSize;
import io.nolook.window.CameraFrame;
import java.util.List;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceSplit;

/**
 * Recordings that are read by turns, so that batches have chunks of several cameras.
 *
 * @param id of the split
 * @param size that pictures are brought to
 * @param fit how
 * @param atOnce most recordings that are open
 * @param recordings not read to their end
 */
public record RecordingSplit(String id, FrameSize size, FrameFit fit, int atOnce, List<Recording> recordings)
        implements IteratorSourceSplit<CameraFrame, RecordingIterator> {

    @Override
    public String splitId() {
        return id;
    }

    @Override
    public RecordingIterator getIterator() {
        return new RecordingIterator(this);
    }

    @Override
    public RecordingSplit getUpdatedSplitForIterator(RecordingIterator iterator) {
        return new RecordingSplit(id, size, fit, atOnce, iterator.left());
    }
}

package io.nolook.job.backfill;

import java.util.List;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * What is dealt to a task: one recording. Checkpoints of before have several in a split.
 *
 * @param recordings not read to their end
 */
public record RecordingSplit(List<Recording> recordings) implements SourceSplit {

    public RecordingSplit {
        recordings = List.copyOf(recordings);
    }

    static RecordingSplit of(Recording recording) {
        return new RecordingSplit(List.of(recording));
    }

    @Override
    public String splitId() {
        return recordings.isEmpty() ? "" : recordings.get(0).camera();
    }
}

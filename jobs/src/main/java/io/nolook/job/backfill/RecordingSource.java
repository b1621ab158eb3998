package io.nolook.job.backfill;

import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.window.CameraFrame;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A bounded source of recordings, which tasks get as they become free; checkpoints hold how far each was read. */
final class RecordingSource implements Source<CameraFrame, RecordingSplit, Collection<RecordingSplit>> {
    private static final long serialVersionUID = 1;

    private final TokenizeSettings settings;
    private final byte[] splits;
    private final int atOnce;
    private final Damages damages;

    /**
     * @param atOnce most recordings that a task has open
     * @param damages is told of recordings that are damaged
     */
    RecordingSource(TokenizeSettings settings, List<Recording> recordings, int atOnce, Damages damages)
            throws IOException {
        this.settings = settings;
        this.splits = new RecordingSplitCodec()
                .serialize(recordings.stream().map(RecordingSplit::of).toList());
        this.atOnce = atOnce;
        this.damages = damages;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<CameraFrame, RecordingSplit> createReader(SourceReaderContext context) {
        return new RecordingReader(context, new RecordingTurns(settings, damages::add), atOnce);
    }

    @Override
    public SplitEnumerator<RecordingSplit, Collection<RecordingSplit>> createEnumerator(
            SplitEnumeratorContext<RecordingSplit> context) throws IOException {
        RecordingSplitCodec codec = new RecordingSplitCodec();
        return new RecordingDealer(context, codec.deserialize(codec.getVersion(), splits));
    }

    @Override
    public SplitEnumerator<RecordingSplit, Collection<RecordingSplit>> restoreEnumerator(
            SplitEnumeratorContext<RecordingSplit> context, Collection<RecordingSplit> left) {
        return new RecordingDealer(context, left);
    }

    @Override
    public SimpleVersionedSerializer<RecordingSplit> getSplitSerializer() {
        RecordingSplitCodec codec = new RecordingSplitCodec();
        return new SimpleVersionedSerializer<>() {
            @Override
            public int getVersion() {
                return codec.getVersion();
            }

            @Override
            public byte[] serialize(RecordingSplit split) throws IOException {
                return codec.serialize(List.of(split));
            }

            @Override
            public RecordingSplit deserialize(int version, byte[] bytes) throws IOException {
                return codec.deserialize(version, bytes).get(0);
            }
        };
    }

    @Override
    public SimpleVersionedSerializer<Collection<RecordingSplit>> getEnumeratorCheckpointSerializer() {
        RecordingSplitCodec codec = new RecordingSplitCodec();
        return new SimpleVersionedSerializer<>() {
            @Override
            public int getVersion() {
                return codec.getVersion();
            }

            @Override
            public byte[] serialize(Collection<RecordingSplit> left) throws IOException {
                return codec.serialize(List.copyOf(left));
            }

            @Override
            public Collection<RecordingSplit> deserialize(int version, byte[] bytes) throws IOException {
                return codec.deserialize(version, bytes);
            }
        };
    }
}

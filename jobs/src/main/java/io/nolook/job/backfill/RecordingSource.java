package io.nolook.job.backfill;

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
import org.apache.flink.api.connector.source.lib.util.IteratorSourceEnumerator;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceReader;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A bounded source of recordings; checkpoints hold how far each was read. */
public final class RecordingSource implements Source<CameraFrame, RecordingSplit, Collection<RecordingSplit>> {
    private static final long serialVersionUID = 1;

    private final byte[] splits;

    public RecordingSource(List<RecordingSplit> splits) throws IOException {
        this.splits = new RecordingSplitCodec().serialize(splits);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<CameraFrame, RecordingSplit> createReader(SourceReaderContext context) {
        return new Reader(context);
    }

    @Override
    public SplitEnumerator<RecordingSplit, Collection<RecordingSplit>> createEnumerator(
            SplitEnumeratorContext<RecordingSplit> context) throws IOException {
        RecordingSplitCodec codec = new RecordingSplitCodec();
        return new IteratorSourceEnumerator<>(context, codec.deserialize(codec.getVersion(), splits));
    }

    @Override
    public SplitEnumerator<RecordingSplit, Collection<RecordingSplit>> restoreEnumerator(
            SplitEnumeratorContext<RecordingSplit> context, Collection<RecordingSplit> left) {
        return new IteratorSourceEnumerator<>(context, left);
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

    /** Closes what a failed or cancelled task leaves open. */
    private static final class Reader extends IteratorSourceReader<CameraFrame, RecordingIterator, RecordingSplit> {
        Reader(SourceReaderContext context) {
            super(context);
        }

        @Override
        public void close() throws Exception {
            super.close();
            if (iterator != null) {
                iterator.close();
            }
        }
    }
}

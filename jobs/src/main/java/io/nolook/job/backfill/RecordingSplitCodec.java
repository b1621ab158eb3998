package io.nolook.job.backfill;

import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Splits in checkpoints, one or several; a change of layout takes a new version, and old ones stay readable.
 *
 * <pre>
 *   splits     = count split*
 *   split      = id width height fit at-once recordings
 *   recordings = count (location camera next)*
 * </pre>
 *
 * <p>Numbers are ints but for {@code next}, a long, highest byte first; texts are as {@code DataOutput.writeUTF} has
 * them. Flink keeps the version beside the bytes. Version 1 had no {@code at-once}: all recordings were open.
 */
final class RecordingSplitCodec implements SimpleVersionedSerializer<List<RecordingSplit>> {
    private static final int VERSION = 2;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(List<RecordingSplit> splits) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        out.writeInt(splits.size());
        for (RecordingSplit split : splits) {
            out.writeUTF(split.id());
            out.writeInt(split.size().width());
            out.writeInt(split.size().height());
            out.writeUTF(split.fit().name());
            out.writeInt(split.atOnce());
            out.writeInt(split.recordings().size());
            for (Recording recording : split.recordings()) {
                out.writeUTF(recording.location());
                out.writeUTF(recording.camera());
                out.writeLong(recording.next());
            }
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public List<RecordingSplit> deserialize(int version, byte[] bytes) throws IOException {
        if (version < 1 || version > VERSION) {
            throw new IOException("found recording splits of version " + version + ", expected 1 to " + VERSION
                    + ": restore with the release that wrote it, or a newer one");
        }
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        List<RecordingSplit> splits = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String id = in.readUTF();
            FrameSize size = new FrameSize(in.readInt(), in.readInt());
            FrameFit fit = FrameFit.valueOf(in.readUTF());
            int atOnce = version == 1 ? Integer.MAX_VALUE : in.readInt();
            List<Recording> recordings = new ArrayList<>();
            for (int more = in.readInt(); more > 0; more--) {
                recordings.add(new Recording(in.readUTF(), in.readUTF(), in.readLong()));
            }
            splits.add(new RecordingSplit(id, size, fit, atOnce, recordings));
        }
        if (in.available() > 0) {
            throw new IOException("found " + in.available() + " bytes after the recording splits");
        }
        return splits;
    }
}

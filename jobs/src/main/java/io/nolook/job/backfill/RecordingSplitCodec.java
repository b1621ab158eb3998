package io.nolook.job.backfill;

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
 *   split      = count recording*
 *   recording  = location camera began next
 *
 *   before version 3:
 *   split      = id width height fit at-once count recording*         version 1 without at-once
 *   recording  = location camera next
 * </pre>
 *
 * <p>Numbers are ints but for {@code began} and {@code next}, longs, highest byte first; texts are as
 * {@code DataOutput.writeUTF} has them. Flink keeps the version beside the bytes. Recordings of before version 3 began with
 * the first microsecond of 1970; how their pictures are fitted is the job's to say.
 */
final class RecordingSplitCodec implements SimpleVersionedSerializer<List<RecordingSplit>> {
    private static final int VERSION = 3;
    private static final int FIRST_WITH_AT_ONCE = 2;
    private static final int FIRST_WITH_TIMES = 3;
    private static final long FIRST_MICROSECOND = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(List<RecordingSplit> splits) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        out.writeInt(splits.size());
        for (RecordingSplit split : splits) {
            out.writeInt(split.recordings().size());
            for (Recording recording : split.recordings()) {
                out.writeUTF(recording.location());
                out.writeUTF(recording.camera());
                out.writeLong(recording.beganMicros());
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
            splits.add(split(version, in));
        }
        if (in.available() > 0) {
            throw new IOException("found " + in.available() + " bytes after the recording splits");
        }
        return splits;
    }

    private static RecordingSplit split(int version, DataInputDeserializer in) throws IOException {
        if (version < FIRST_WITH_TIMES) {
            in.readUTF();
            in.readInt();
            in.readInt();
            in.readUTF();
        }
        if (version == FIRST_WITH_AT_ONCE) {
            in.readInt();
        }
        List<Recording> recordings = new ArrayList<>();
        for (int more = in.readInt(); more > 0; more--) {
            String location = in.readUTF();
            String camera = in.readUTF();
            long began = version < FIRST_WITH_TIMES ? FIRST_MICROSECOND : in.readLong();
            recordings.add(new Recording(location, camera, began, in.readLong()));
        }
        return new RecordingSplit(recordings);
    }
}

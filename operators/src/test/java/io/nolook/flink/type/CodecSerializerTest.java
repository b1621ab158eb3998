package io.nolook.flink.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.record.ReceivedRecord;
import io.nolook.window.CameraFrame;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Values cross the network unchanged, and a snapshot makes the same serializer again. */
class CodecSerializerTest {

    @Test
    void cameraFrameRoundTrip() throws Exception {
        CameraFrame frame = new CameraFrame("a", 1, 2, 3, 4, 5, new byte[] {6, 7, 8});
        CameraFrame back = roundTrip(new CodecSerializer<>(new CameraFrameCodec()), frame);
        assertThat(back).usingRecursiveComparison().isEqualTo(frame);
    }

    @Test
    void receivedRecordRoundTripKeepsNulls() throws Exception {
        ReceivedRecord record = new ReceivedRecord(
                "frames", 1, 2, 3, null, new byte[] {4}, List.of(new ReceivedRecord.Header("h", null)));
        ReceivedRecord back = roundTrip(new CodecSerializer<>(new ReceivedRecordCodec()), record);
        assertThat(back).usingRecursiveComparison().isEqualTo(record);
    }

    @Test
    void snapshotRestoresTheSerializer() throws Exception {
        CodecSerializer<CameraFrame> serializer = new CodecSerializer<>(new CameraFrameCodec());
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.snapshotConfiguration().writeSnapshot(out);
        TypeSerializerSnapshot<CameraFrame> read = new CodecSerializer.Snapshot<>();
        read.readSnapshot(
                1, new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
        assertThat(read.restoreSerializer()).isEqualTo(serializer);
        assertThat(serializer
                        .snapshotConfiguration()
                        .resolveSchemaCompatibility(read)
                        .isCompatibleAsIs())
                .isTrue();
    }

    private static <T> T roundTrip(TypeSerializer<T> serializer, T value) throws Exception {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }
}

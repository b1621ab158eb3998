package io.nolook.flink.type;

import io.nolook.record.ReceivedRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Received records between source and decoder, when they are not chained. */
public final class ReceivedRecordCodec implements ValueCodec<ReceivedRecord> {
    private static final long serialVersionUID = 1;

    @Override
    public Class<ReceivedRecord> type() {
        return ReceivedRecord.class;
    }

    @Override
    public void write(ReceivedRecord record, DataOutputView to) throws IOException {
        to.writeUTF(record.topic());
        to.writeInt(record.partition());
        to.writeLong(record.offset());
        to.writeLong(record.timestampMillis());
        writeBytes(record.key(), to);
        writeBytes(record.value(), to);
        to.writeInt(record.headers().size());
        for (ReceivedRecord.Header header : record.headers()) {
            to.writeUTF(header.key());
            writeBytes(header.value(), to);
        }
    }

    @Override
    public ReceivedRecord read(DataInputView from) throws IOException {
        String topic = from.readUTF();
        int partition = from.readInt();
        long offset = from.readLong();
        long timestamp = from.readLong();
        byte[] key = readBytes(from);
        byte[] value = readBytes(from);
        List<ReceivedRecord.Header> headers = new ArrayList<>();
        for (int left = from.readInt(); left > 0; left--) {
            headers.add(new ReceivedRecord.Header(from.readUTF(), readBytes(from)));
        }
        return new ReceivedRecord(topic, partition, offset, timestamp, key, value, headers);
    }

    private static void writeBytes(byte @Nullable [] bytes, DataOutputView to) throws IOException {
        to.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            to.write(bytes);
        }
    }

    private static byte @Nullable [] readBytes(DataInputView from) throws IOException {
        int length = from.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        from.readFully(bytes);
        return bytes;
    }
}

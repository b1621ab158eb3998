package io.nolook.flink.type;

import io.nolook.window.CameraFrame;
import io.nolook.window.Carried;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Decoded frames on their way to the camera's task. */
public final class CameraFrameCodec implements ValueCodec<CameraFrame> {
    private static final long serialVersionUID = 1;

    @Override
    public Class<CameraFrame> type() {
        return CameraFrame.class;
    }

    @Override
    public void write(CameraFrame frame, DataOutputView to) throws IOException {
        to.writeUTF(frame.camera());
        to.writeLong(frame.epoch());
        to.writeLong(frame.sequence());
        to.writeLong(frame.capturedAtMicros());
        to.writeInt(frame.sourceWidth());
        to.writeInt(frame.sourceHeight());
        write(frame.rgb(), to);
        to.writeLong(frame.sentAtMillis());
        write(frame.carried().headers(), to);
        write(frame.carried().deadLetter(), to);
    }

    @Override
    public CameraFrame read(DataInputView from) throws IOException {
        String camera = from.readUTF();
        long epoch = from.readLong();
        long sequence = from.readLong();
        long capturedAt = from.readLong();
        int width = from.readInt();
        int height = from.readInt();
        byte[] rgb = bytes(from);
        long sentAt = from.readLong();
        Carried carried = new Carried(bytes(from), bytes(from));
        return new CameraFrame(camera, epoch, sequence, capturedAt, width, height, rgb, sentAt, carried);
    }

    private static void write(byte[] bytes, DataOutputView to) throws IOException {
        to.writeInt(bytes.length);
        to.write(bytes);
    }

    private static byte[] bytes(DataInputView from) throws IOException {
        byte[] bytes = new byte[from.readInt()];
        from.readFully(bytes);
        return bytes;
    }
}

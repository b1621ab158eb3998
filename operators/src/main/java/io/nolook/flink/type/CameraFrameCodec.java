package io.nolook.flink.type;

import io.nolook.window.CameraFrame;
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
        to.writeInt(frame.rgb().length);
        to.write(frame.rgb());
        to.writeLong(frame.sentAtMillis());
    }

    @Override
    public CameraFrame read(DataInputView from) throws IOException {
        String camera = from.readUTF();
        long epoch = from.readLong();
        long sequence = from.readLong();
        long capturedAt = from.readLong();
        int width = from.readInt();
        int height = from.readInt();
        byte[] rgb = new byte[from.readInt()];
        from.readFully(rgb);
        return new CameraFrame(camera, epoch, sequence, capturedAt, width, height, rgb, from.readLong());
    }
}

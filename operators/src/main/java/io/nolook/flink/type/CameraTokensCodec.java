package io.nolook.flink.type;

import io.nolook.recognition.CameraTokens;
import io.nolook.recognition.CameraTokens.Span;
import io.nolook.token.StreamOrder;
import io.nolook.token.StreamOrder.Begins;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Unpacked token frames on their way to the camera's task. */
public final class CameraTokensCodec implements ValueCodec<CameraTokens> {
    private static final long serialVersionUID = 1;

    @Override
    public Class<CameraTokens> type() {
        return CameraTokens.class;
    }

    @Override
    public void write(CameraTokens tokens, DataOutputView to) throws IOException {
        to.writeUTF(tokens.camera());
        to.writeLong(tokens.epoch());
        to.writeLong(tokens.clip());
        to.writeInt(tokens.position());
        to.writeUTF(tokens.begins().kind().name());
        to.writeBoolean(tokens.begins().follows().isPresent());
        if (tokens.begins().follows().isPresent()) {
            to.writeLong(tokens.begins().follows().get().clip());
            to.writeInt(tokens.begins().follows().get().position());
        }
        to.writeLong(tokens.span().firstSequence());
        to.writeLong(tokens.span().lastSequence());
        to.writeLong(tokens.span().firstCapturedAtMicros());
        to.writeLong(tokens.span().lastCapturedAtMicros());
        to.writeLong(tokens.span().clockJumpedMicros());
        to.writeInt(tokens.tokens().length);
        for (int token : tokens.tokens()) {
            to.writeInt(token);
        }
    }

    @Override
    public CameraTokens read(DataInputView from) throws IOException {
        String camera = from.readUTF();
        long epoch = from.readLong();
        long clip = from.readLong();
        int position = from.readInt();
        StreamOrder.Kind kind = StreamOrder.Kind.valueOf(from.readUTF());
        Optional<StreamOrder.Predecessor> follows = from.readBoolean()
                ? Optional.of(new StreamOrder.Predecessor(from.readLong(), from.readInt()))
                : Optional.empty();
        Begins begins = new Begins(kind, follows);
        Span span = new Span(from.readLong(), from.readLong(), from.readLong(), from.readLong(), from.readLong());
        int[] tokens = new int[from.readInt()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = from.readInt();
        }
        return new CameraTokens(camera, epoch, clip, position, begins, span, tokens);
    }
}

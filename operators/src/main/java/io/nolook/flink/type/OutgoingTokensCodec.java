package io.nolook.flink.type;

import io.nolook.record.OutgoingTokens;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Token frames with their headers on their way to the sink. */
public final class OutgoingTokensCodec implements ValueCodec<OutgoingTokens> {
    private static final long serialVersionUID = 1;

    private final SingleObjectCodec.OfTokenFrame frames = new SingleObjectCodec.OfTokenFrame();

    @Override
    public Class<OutgoingTokens> type() {
        return OutgoingTokens.class;
    }

    @Override
    public void write(OutgoingTokens tokens, DataOutputView to) throws IOException {
        frames.write(tokens.frame(), to);
        to.writeInt(tokens.headers().length);
        to.write(tokens.headers());
    }

    @Override
    public OutgoingTokens read(DataInputView from) throws IOException {
        var frame = frames.read(from);
        byte[] headers = new byte[from.readInt()];
        from.readFully(headers);
        return new OutgoingTokens(frame, headers);
    }
}

package io.nolook.flink.generate;

import io.nolook.flink.type.ReceivedRecordCodec;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.flink.type.ValueCodec;
import io.nolook.record.GenerateCommands;
import io.nolook.record.ReceivedRecord;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Events of samplers between operators: token frames, or the records that ask. */
public final class SamplerEventCodec implements ValueCodec<SamplerEvent> {
    private static final long serialVersionUID = 1;

    private final SingleObjectCodec.OfTokenFrame frames = new SingleObjectCodec.OfTokenFrame();
    private final ReceivedRecordCodec records = new ReceivedRecordCodec();

    @Override
    public Class<SamplerEvent> type() {
        return SamplerEvent.class;
    }

    @Override
    public void write(SamplerEvent event, DataOutputView to) throws IOException {
        to.writeBoolean(event instanceof SamplerEvent.Asked);
        if (event instanceof SamplerEvent.Asked asked) {
            records.write(asked.record(), to);
        } else if (event instanceof SamplerEvent.Came came) {
            frames.write(came.frame(), to);
        }
    }

    @Override
    public SamplerEvent read(DataInputView from) throws IOException {
        if (!from.readBoolean()) {
            return new SamplerEvent.Came(frames.read(from));
        }
        ReceivedRecord record = records.read(from);
        return new SamplerEvent.Asked(
                GenerateCommands.decode(record.value())
                        .orElseThrow(
                                () -> new IOException("found another command, expected one that asks to generate")),
                record);
    }
}

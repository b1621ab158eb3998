package io.nolook.flink.model;

import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.record.ControlCommands;
import io.nolook.rollout.Command;
import io.nolook.rollout.Commanded;
import io.nolook.schema.ControlReport;
import java.util.Set;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.OutputTag;

/**
 * The newest commands in broadcast state, as the records that they came in.
 *
 * <p>The same in every task. Owned by the task thread.
 */
public final class RolloutState {
    /** Reports of tasks on commands. */
    public static final OutputTag<ControlReport> REPORTS =
            new OutputTag<>("control-reports", new CodecTypeInfo<>(new SingleObjectCodec.OfControlReport()));

    static final MapStateDescriptor<String, byte[]> STORED =
            new MapStateDescriptor<>("control", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final BroadcastState<String, byte[]> stored;
    private Commanded commanded = Commanded.NOTHING;

    RolloutState(BroadcastState<String, byte[]> stored) throws Exception {
        this.stored = stored;
        for (String key : new String[] {ControlCommands.PREPARE, ControlCommands.ACTIVATE}) {
            byte[] record = stored.get(key);
            if (record != null) {
                commanded = commanded.and(ControlCommands.decode(record));
            }
        }
    }

    /** Keeps a command for restarts. */
    void keep(Command command, byte[] record) throws Exception {
        commanded = commanded.and(command);
        stored.put(command instanceof Command.Prepare ? ControlCommands.PREPARE : ControlCommands.ACTIVATE, record);
    }

    Commanded commanded() {
        return commanded;
    }

    /** Hash of the model that was to be prepared last, if there is one. */
    Set<String> prepared() {
        return commanded
                .prepare()
                .map(command -> Set.of(command.model().hash()))
                .orElse(Set.of());
    }
}

package io.nolook.flink.model;

import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.SingleObjectCodec;
import io.nolook.record.ControlCommands;
import io.nolook.rollout.Assignment;
import io.nolook.rollout.Command;
import io.nolook.schema.ControlReport;
import java.io.IOException;
import java.util.Optional;
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
    private Optional<Command.Prepare> prepare = Optional.empty();
    private Optional<Command.Activate> activate = Optional.empty();

    RolloutState(BroadcastState<String, byte[]> stored) throws Exception {
        this.stored = stored;
        for (String key : new String[] {ControlCommands.PREPARE, ControlCommands.ACTIVATE}) {
            byte[] record = stored.get(key);
            if (record != null) {
                take(decode(record));
            }
        }
    }

    /** The command of a record; an {@link IOException} says what was found instead. */
    static Command decode(byte[] record) throws IOException {
        return ControlCommands.decode(record);
    }

    /** Keeps a command for restarts. */
    void keep(Command command, byte[] record) throws Exception {
        take(command);
        stored.put(command instanceof Command.Prepare ? ControlCommands.PREPARE : ControlCommands.ACTIVATE, record);
    }

    private void take(Command command) {
        if (command instanceof Command.Prepare taken) {
            prepare = Optional.of(taken);
        } else if (command instanceof Command.Activate taken) {
            activate = Optional.of(taken);
        }
    }

    /** The newest model that was to be prepared. */
    Optional<Command.Prepare> prepare() {
        return prepare;
    }

    /** Its hash, if there is one. */
    Set<String> prepared() {
        return prepare.map(command -> Set.of(command.model().hash())).orElse(Set.of());
    }

    Assignment assignment() {
        return activate.map(Command.Activate::assignment).orElse(Assignment.NONE);
    }

    /** Id of the command that the assignment came with. */
    String activated() {
        return activate.map(Command.Activate::id).orElse("");
    }
}

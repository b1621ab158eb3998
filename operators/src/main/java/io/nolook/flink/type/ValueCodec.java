package io.nolook.flink.type;

import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How an immutable value crosses the network between operators; stateless, with a public constructor. */
public interface ValueCodec<T> extends Serializable {

    Class<T> type();

    void write(T value, DataOutputView to) throws IOException;

    T read(DataInputView from) throws IOException;
}

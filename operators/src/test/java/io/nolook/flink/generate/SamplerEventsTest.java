package io.nolook.flink.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.generation.Continuation;
import io.nolook.generation.ContinuationRequest;
import io.nolook.record.ControlCommands;
import io.nolook.record.GenerateCommands;
import io.nolook.record.ReceivedRecord;
import io.nolook.rollout.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Requests on the control topic, which jobs of two kinds read. */
class SamplerEventsTest {
    private static final ContinuationRequest REQUEST =
            new ContinuationRequest("a1", "tür", new Continuation(-5, 0.5f, 64, 8, 3));
    private static final byte[] RECORD = GenerateCommands.encode(REQUEST, 1, "ops");

    @Test
    void findsRequestsAmongCommands() {
        byte[] keyframe = ControlCommands.encode(new Command.Keyframe("k1", "tür"), 1, "ops");
        assertThat(found(RECORD)).containsExactly(new SamplerEvent.Asked(REQUEST, received(RECORD)));
        assertThat(found(keyframe)).isEmpty();
        assertThat(found(null)).isEmpty(); // taken away
        assertThat(found(new byte[] {1, 2, 3})).isEmpty();
    }

    /** What the tokenizing job makes of it. */
    @Test
    void requestsAreNoCommandsToTheTokenizingJob() throws IOException {
        assertThat(ControlCommands.decode(RECORD)).isEqualTo(new Command.Elsewhere("a1"));
        assertThat(new String(GenerateCommands.key(REQUEST), StandardCharsets.UTF_8))
                .isEqualTo("generate/tür");
        assertThatThrownBy(() -> ControlCommands.encode(new Command.Elsewhere("a1"), 1, "ops"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void crossTheNetworkAsTheyAre() throws IOException {
        SamplerEventCodec codec = new SamplerEventCodec();
        DataOutputSerializer out = new DataOutputSerializer(64);
        SamplerEvent asked = new SamplerEvent.Asked(REQUEST, received(RECORD));
        codec.write(asked, out);
        SamplerEvent read = codec.read(new DataInputDeserializer(out.getCopyOfBuffer()));

        assertThat(read.camera()).isEqualTo("tür");
        assertThat(((SamplerEvent.Asked) read).request()).isEqualTo(REQUEST);
        assertThat(((SamplerEvent.Asked) read).record().value()).isEqualTo(RECORD);
    }

    private static List<SamplerEvent> found(byte @Nullable [] value) {
        List<SamplerEvent> found = new ArrayList<>();
        new ContinuationRequests().flatMap(received(value), new ListCollector<>(found));
        return found;
    }

    private static ReceivedRecord received(byte @Nullable [] value) {
        return new ReceivedRecord("control", 0, 3, 5, null, value, List.of());
    }
}

package io.nolook.flink.sequence;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.nolook.sequence.SequenceSpec.Tail;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** Every option of the sequence function: type, default, unit, range, cost. */
public final class SequenceOptions {

    public static final ConfigOption<String> FACTORS = key("sequence.factors")
            .stringType()
            .defaultValue("none")
            .withDescription("How a token becomes ids: none (one id, 256 + token), or bits of two factors, 9+9 or 6+12"
                    + " (two ids a place, whose embeddings are summed). Fewer ids make smaller embeddings.");

    public static final ConfigOption<Integer> CONTEXT_LENGTH = key("sequence.context-length")
            .intType()
            .defaultValue(2048)
            .withDescription("Places of a window, 2 to 65536: tokens and marks; 16x16 tokens and a mark a token frame"
                    + " are 257. Kept in state, 4 or 8 bytes a place and camera.");

    public static final ConfigOption<Integer> OVERLAP = key("sequence.overlap")
            .intType()
            .defaultValue(0)
            .withDescription("Places at a window's start that end the one before, 0 to sequence.context-length - 1."
                    + " More context for what follows, more records.");

    public static final ConfigOption<Tail> TAIL = key("sequence.tail")
            .enumType(Tail.class)
            .defaultValue(Tail.SHORT)
            .withDescription("The last window of a clip: short as it is, or padded to sequence.context-length.");

    public static final ConfigOption<Duration> SILENCE = key("sequence.silence")
            .durationType()
            .defaultValue(Duration.ofMinutes(1))
            .withDescription("A camera silent for this long has its clip ended, and loses its state. At least 1 s.");

    private SequenceOptions() {}

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return List.of(FACTORS, CONTEXT_LENGTH, OVERLAP, TAIL, SILENCE);
    }
}

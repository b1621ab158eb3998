package io.nolook.flink.sequence;

import io.nolook.flink.stream.OptionChecks;
import io.nolook.record.DeadLetters;
import io.nolook.sequence.SequenceSpec;
import java.io.Serializable;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * The options of the sequence function, checked before anything runs.
 *
 * <p>Serializable: travels with the job graph.
 */
public final class SequenceSettings implements Serializable {
    private static final long serialVersionUID = 1;

    private final Configuration configuration;

    private SequenceSettings(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * Checks every option.
     *
     * @throws IllegalArgumentException naming the key, what was found and what is expected
     */
    public static SequenceSettings of(Configuration configuration) {
        OptionChecks.readable(configuration, SequenceOptions.all());
        SequenceSettings settings = new SequenceSettings(new Configuration(configuration));
        OptionChecks.named(
                SequenceOptions.FACTORS, () -> SequenceSpec.parseFactors(configuration.get(SequenceOptions.FACTORS)));
        OptionChecks.named(
                SequenceOptions.CONTEXT_LENGTH,
                () -> new SequenceSpec(
                        Optional.empty(),
                        configuration.get(SequenceOptions.CONTEXT_LENGTH),
                        0,
                        SequenceSpec.Tail.SHORT));
        OptionChecks.named(SequenceOptions.OVERLAP, settings::spec);
        long silence = settings.silenceMillis();
        OptionChecks.require(silence >= 1000, SequenceOptions.SILENCE, silence + " ms", "at least 1 s");
        return settings;
    }

    public SequenceSpec spec() {
        return new SequenceSpec(
                SequenceSpec.parseFactors(configuration.get(SequenceOptions.FACTORS)),
                configuration.get(SequenceOptions.CONTEXT_LENGTH),
                configuration.get(SequenceOptions.OVERLAP),
                configuration.get(SequenceOptions.TAIL));
    }

    /** Bits that a token must have to be factorized, 0 for any. */
    public int tokenBits() {
        return spec().factors().map(split -> split.low() + split.high()).orElse(0);
    }

    /** Largest record that the sequences topic must take. */
    public int maxRecordBytes() {
        return SequenceSpec.MOST_PLACES * 2 * Integer.BYTES + DeadLetters.ENVELOPE_BYTES;
    }

    public long silenceMillis() {
        return configuration.get(SequenceOptions.SILENCE).toMillis();
    }
}

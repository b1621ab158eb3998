package io.nolook.flink.archive;

import io.nolook.archive.PayloadCodec;
import io.nolook.archive.SegmentLimits;
import io.nolook.flink.stream.OptionChecks;
import io.nolook.record.DeadLetters;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * The options of the archiving function, checked before anything runs.
 *
 * <p>Serializable: travels with the job graph.
 */
public final class ArchiveSettings implements Serializable {
    private static final long serialVersionUID = 1;

    private final Configuration configuration;

    private ArchiveSettings(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * Checks every option.
     *
     * @throws IllegalArgumentException naming the key, what was found and what is expected
     */
    public static ArchiveSettings of(Configuration configuration) {
        OptionChecks.readable(configuration, ArchiveOptions.all());
        ArchiveSettings settings = new ArchiveSettings(new Configuration(configuration));
        OptionChecks.range(ArchiveOptions.SEGMENT_MAX_BYTES, settings.segmentMaxBytes(), 1 << 20, 255 << 20, " bytes");
        OptionChecks.named(ArchiveOptions.SEGMENT_MAX_TOKEN_FRAMES, settings::limits);
        long silence = settings.silenceMillis();
        OptionChecks.require(silence >= 1000, ArchiveOptions.SILENCE, silence + " ms", "at least 1 s");
        settings.retention()
                .ifPresent(retention -> OptionChecks.require(
                        retention.toMillis() >= 60_000,
                        ArchiveOptions.RETENTION,
                        retention.toMillis() + " ms",
                        "at least 1 min"));
        return settings;
    }

    public PayloadCodec codec() {
        return configuration.get(ArchiveOptions.CODEC);
    }

    public SegmentLimits limits() {
        return new SegmentLimits(configuration.get(ArchiveOptions.SEGMENT_MAX_TOKEN_FRAMES), segmentMaxBytes());
    }

    /** Largest record that the archive topic must take. */
    public int maxRecordBytes() {
        return Math.toIntExact(segmentMaxBytes() + DeadLetters.ENVELOPE_BYTES);
    }

    public long silenceMillis() {
        return configuration.get(ArchiveOptions.SILENCE).toMillis();
    }

    /** How long ago a segment may have been captured; empty where all are kept. */
    public Optional<Duration> retention() {
        return configuration.getOptional(ArchiveOptions.RETENTION);
    }

    private long segmentMaxBytes() {
        return configuration.get(ArchiveOptions.SEGMENT_MAX_BYTES).getBytes();
    }
}

package io.nolook.flink.archive;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.nolook.archive.PayloadCodec;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** Every option of the archiving function: type, default, unit, range, cost. */
public final class ArchiveOptions {

    public static final ConfigOption<PayloadCodec> CODEC = key("archive.codec")
            .enumType(PayloadCodec.class)
            .defaultValue(PayloadCodec.PRETRAINED)
            .withDescription("How tokens of a segment are coded: packed, deflate, context, or pretrained (smallest; a"
                    + " millisecond a token frame; tokens that it has no tables for are coded by context). All are"
                    + " lossless. Readers older than the codec refuse it: upgrade them first.");

    public static final ConfigOption<Integer> SEGMENT_MAX_TOKEN_FRAMES = key("archive.segment-max-token-frames")
            .intType()
            .defaultValue(240)
            .withDescription("Most token frames of a segment, 1 to 65536; a clip of more is cut. Segments end at every"
                    + " keyframe. Smaller seeks faster and codes worse.");

    public static final ConfigOption<MemorySize> SEGMENT_MAX_BYTES = key("archive.segment-max-bytes")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(4))
            .withDescription("Most bytes of a segment's token frames before coding, 1 MiB to 255 MiB; kept in state"
                    + " until the segment ends. The archive topic and its consumers must take records that large.");

    public static final ConfigOption<Duration> SILENCE = key("archive.silence")
            .durationType()
            .defaultValue(Duration.ofMinutes(1))
            .withDescription("A camera silent for this long has its unfinished segment archived, and loses its state."
                    + " At least 1 s.");

    public static final ConfigOption<Duration> RETENTION = key("archive.retention")
            .durationType()
            .noDefaultValue()
            .withDescription("Segments captured longer ago are deleted by nolook archive expire, which is to be run for"
                    + " it. At least 1 min. Longer keeps more on the broker's disks. By default all is kept.");

    private ArchiveOptions() {}

    /** All of them, in the order of the documentation. */
    public static List<ConfigOption<?>> all() {
        return List.of(CODEC, SEGMENT_MAX_TOKEN_FRAMES, SEGMENT_MAX_BYTES, SILENCE, RETENTION);
    }
}

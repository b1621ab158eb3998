package io.nolook.replay;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentException;
import io.nolook.archive.SegmentOutline;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.record.ArchiveSegments;
import io.nolook.record.SegmentOutlines;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.SingleObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;

/** Segments of the archive topic, checked; a record that was changed costs itself only. One thread. */
public final class ArchiveReader {
    private static final long FIRST_LOOK_BACK_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final KafkaSettings kafka;
    private final SingleObject<ArchiveSegment> format = SingleObject.archiveSegments();
    private final SegmentOutlines outlines = new SegmentOutlines();

    /** Is told of records that are no segments. */
    public interface Damaged {
        /**
         * A record that is no segment, or was changed.
         *
         * @param place of the record
         * @param why what was found and expected
         */
        void damaged(String place, String why);
    }

    /** Takes segments. */
    public interface Each extends Damaged {
        /**
         * A segment whose checksum is right.
         *
         * @param recordBytes of its value
         */
        void segment(CodedSegment segment, int recordBytes);
    }

    /** Takes outlines of segments. */
    public interface EachOutline extends Damaged {
        /**
         * What a segment says in plain; its checksum was not looked at.
         *
         * @param recordBytes of its value
         */
        void outline(SegmentOutline outline, int recordBytes);
    }

    @FunctionalInterface
    private interface Step {
        void run() throws SegmentException;
    }

    public ArchiveReader(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /** Reads all committed segments, each camera's in order. */
    public void readAll(Each each) {
        readAll(Optional.empty(), each);
    }

    /** Reads the committed segments of one camera, or of all, each camera's in order. */
    public void readAll(Optional<String> camera, Each each) {
        read(camera, record -> take(record, each));
    }

    /** Reads what the committed segments of one camera, or of all, say in plain: their coded parts are skipped. */
    public void readOutlines(Optional<String> camera, EachOutline each) {
        read(
                camera,
                record -> take(record, each, () -> {
                    SegmentOutline outline = outlines.read(value(record));
                    checkKey(record, outline);
                    each.outline(outline, record.value().length);
                }));
    }

    /** The offset of the oldest record of each partition: above 0 where some were deleted. */
    public Map<Integer, Long> beginnings() {
        try (TopicReader reader = reader()) {
            return reader.beginnings();
        }
    }

    private void read(Optional<String> camera, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (TopicReader reader = reader()) {
            reader.readToEnd(record -> {
                if (camera.isEmpty() || camera.get().equals(key(record))) {
                    each.accept(record);
                }
            });
        }
    }

    /**
     * The segments of a camera that hold a stretch of time, and those before them back to the keyframe that it needs.
     *
     * <p>The broker finds where segments of a time begin; as long as no keyframe is found there it is asked for an earlier
     * time, and what lies between is read. Reading ends with the first segment of the camera that begins after the
     * stretch. No record is looked at twice.
     *
     * @param damaged is told of records that cannot be read, and may belong to it
     */
    public List<CodedSegment> find(String camera, long fromMicros, long toMicros, Consumer<String> damaged) {
        long from = TimeUnit.MICROSECONDS.toMillis(fromMicros);
        List<Seen> seen = new ArrayList<>();
        try (TopicReader reader = reader()) {
            Map<Integer, Long> beginnings = reader.beginnings();
            Map<Integer, Long> ends = reader.ends();
            long until = toMicros;
            for (long lookBack = FIRST_LOOK_BACK_MILLIS; ; lookBack *= 8) {
                boolean fromStart = lookBack > from;
                if (fromStart) {
                    reader.seekToBeginning();
                } else {
                    reader.seek(from - lookBack);
                }
                Map<Integer, Long> begins = reader.positions();
                seen.addAll(0, collect(reader, camera, until, ends));
                OptionalInt first = first(seen, fromMicros);
                if (fromStart || begins.equals(beginnings) || first.isPresent()) {
                    return stretch(seen, first.orElse(0), toMicros, damaged);
                }
                if (seen.isEmpty()) {
                    lookBack = from; // the camera has nothing near it, if anything at all: now all that is before
                }
                ends = begins;
                until = Long.MAX_VALUE;
            }
        }
    }

    /** A segment of the camera, or why a record is none. */
    private record Seen(Optional<CodedSegment> segment, String damage) {
        long captured() {
            return segment.orElseThrow().extent().firstCapturedAtMicros();
        }
    }

    private List<Seen> collect(TopicReader reader, String camera, long untilMicros, Map<Integer, Long> ends) {
        List<Seen> seen = new ArrayList<>();
        boolean[] beyond = {false};
        Each each = new Each() {
            @Override
            public void segment(CodedSegment segment, int recordBytes) {
                beyond[0] |= segment.extent().firstCapturedAtMicros() > untilMicros;
                seen.add(new Seen(Optional.of(segment), ""));
            }

            @Override
            public void damaged(String place, String why) {
                seen.add(new Seen(Optional.empty(), place + ": " + why));
            }
        };
        reader.readTo(
                ends,
                record -> {
                    if (camera.equals(key(record))) {
                        take(record, each);
                    }
                },
                () -> !beyond[0]);
        return seen;
    }

    /**
     * Where a stretch begins: at the keyframe captured last of those that are not after its start.
     *
     * <p>Not the last of the topic: behind it there may be recordings of long ago, or of a clock that was set back.
     */
    private static OptionalInt first(List<Seen> seen, long fromMicros) {
        return IntStream.range(0, seen.size())
                .filter(i -> seen.get(i)
                        .segment()
                        .filter(segment -> segment.extent().firstPosition() == 0
                                && segment.extent().firstCapturedAtMicros() <= fromMicros)
                        .isPresent())
                .reduce((a, b) -> seen.get(b).captured() >= seen.get(a).captured() ? b : a);
    }

    /** From there on what was captured after it began, up to the end of the stretch. */
    private static List<CodedSegment> stretch(List<Seen> seen, int first, long toMicros, Consumer<String> damaged) {
        long fromMicros = seen.stream()
                .skip(first)
                .filter(each -> each.segment().isPresent())
                .mapToLong(Seen::captured)
                .findFirst()
                .orElse(Long.MIN_VALUE);
        List<CodedSegment> stretch = new ArrayList<>();
        for (Seen each : seen.subList(first, seen.size())) {
            if (each.segment().isEmpty()) {
                damaged.accept(each.damage());
            } else if (each.captured() >= fromMicros && each.captured() <= toMicros) {
                stretch.add(each.segment().get());
            }
        }
        return stretch;
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Each each) {
        take(record, each, () -> {
            CodedSegment segment = ArchiveSegments.read(value(record), format);
            checkKey(record, segment.outline());
            each.segment(segment, record.value().length);
        });
    }

    private static void take(ConsumerRecord<byte[], byte[]> record, Damaged damaged, Step step) {
        try {
            step.run();
        } catch (SegmentException e) {
            damaged.damaged(record.topic() + " " + record.partition() + "/" + record.offset(), e.getMessage());
        }
    }

    private static byte[] value(ConsumerRecord<byte[], byte[]> record) throws SegmentException {
        if (record.value() == null) {
            throw new SegmentException("found a null value, expected an ArchiveSegment");
        }
        return record.value();
    }

    private static void checkKey(ConsumerRecord<byte[], byte[]> record, SegmentOutline outline)
            throws SegmentException {
        if (!outline.head().camera().equals(key(record))) {
            throw new SegmentException(
                    outline.name() + ": found key '" + key(record) + "', expected the camera id as key");
        }
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    private TopicReader reader() {
        return new TopicReader(kafka, kafka.archiveTopic(), IsolationLevel.READ_COMMITTED);
    }
}

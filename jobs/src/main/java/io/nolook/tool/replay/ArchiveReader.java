package io.nolook.tool.replay;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentException;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.record.ArchiveSegments;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.SingleObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** Takes what is read. */
    public interface Each {
        /**
         * A segment whose checksum is right.
         *
         * @param recordBytes of its value
         */
        void segment(CodedSegment segment, int recordBytes);

        /**
         * A record that is no segment, or was changed.
         *
         * @param place of the record
         * @param why what was found and expected
         */
        void damaged(String place, String why);
    }

    public ArchiveReader(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /** Reads all committed segments, each camera's in order. */
    public void readAll(Each each) {
        try (TopicReader reader = reader()) {
            reader.readToEnd(record -> take(record, each));
        }
    }

    /**
     * The segments of a camera that hold a stretch of time, and those before them back to the keyframe that it needs.
     *
     * <p>The broker finds where segments of a time begin; as long as no keyframe is found there it is asked for an earlier
     * time. Reading ends with the first segment of the camera that begins after the stretch.
     *
     * @param damaged is told of records that cannot be read
     */
    public List<CodedSegment> find(String camera, long fromMicros, long toMicros, Consumer<String> damaged) {
        long from = TimeUnit.MICROSECONDS.toMillis(fromMicros);
        for (long lookBack = FIRST_LOOK_BACK_MILLIS; ; lookBack *= 8) {
            boolean fromStart = lookBack > from;
            List<CodedSegment> seen = new ArrayList<>();
            List<String> bad = new ArrayList<>();
            try (TopicReader reader = reader()) {
                if (!fromStart) {
                    reader.seek(from - lookBack);
                }
                collect(reader, camera, toMicros, seen, bad);
            }
            OptionalInt first = first(seen, fromMicros);
            if (fromStart || first.isPresent()) {
                bad.forEach(damaged);
                return stretch(seen, first.orElse(0), toMicros);
            }
            if (seen.isEmpty()) {
                lookBack = from; // the camera has nothing near it, if anything at all: once more, from the start
            }
        }
    }

    private void collect(
            TopicReader reader, String camera, long toMicros, List<CodedSegment> seen, List<String> damaged) {
        Map<Integer, Long> ends = reader.ends();
        boolean[] beyond = {false};
        while (!beyond[0] && !reader.isAt(ends)) {
            reader.poll(record -> {
                if (!camera.equals(key(record))) {
                    return;
                }
                take(record, new Each() {
                    @Override
                    public void segment(CodedSegment segment, int recordBytes) {
                        beyond[0] |= segment.extent().firstCapturedAtMicros() > toMicros;
                        seen.add(segment);
                    }

                    @Override
                    public void damaged(String place, String why) {
                        damaged.add(place + ": " + why);
                    }
                });
            });
        }
    }

    /**
     * Where a stretch begins: at the keyframe captured last of those that are not after its start.
     *
     * <p>Not the last of the topic: behind it there may be recordings of long ago, or of a clock that was set back.
     */
    private static OptionalInt first(List<CodedSegment> seen, long fromMicros) {
        return IntStream.range(0, seen.size())
                .filter(i -> seen.get(i).extent().firstPosition() == 0
                        && seen.get(i).extent().firstCapturedAtMicros() <= fromMicros)
                .reduce((a, b) -> captured(seen, b) >= captured(seen, a) ? b : a);
    }

    /** From that segment on what was captured after it began, up to the end of the stretch. */
    private static List<CodedSegment> stretch(List<CodedSegment> seen, int first, long toMicros) {
        return IntStream.range(first, seen.size())
                .filter(i -> captured(seen, i) >= captured(seen, first) && captured(seen, i) <= toMicros)
                .mapToObj(seen::get)
                .toList();
    }

    private static long captured(List<CodedSegment> seen, int segment) {
        return seen.get(segment).extent().firstCapturedAtMicros();
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Each each) {
        String place = record.topic() + " " + record.partition() + "/" + record.offset();
        try {
            if (record.value() == null) {
                throw new SegmentException("found a null value, expected an ArchiveSegment");
            }
            CodedSegment segment = ArchiveSegments.read(record.value(), format);
            if (!segment.head().camera().equals(key(record))) {
                throw new SegmentException(
                        segment.name() + ": found key '" + key(record) + "', expected the camera id as key");
            }
            each.segment(segment, record.value().length);
        } catch (SegmentException e) {
            each.damaged(place, e.getMessage());
        }
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    private TopicReader reader() {
        return new TopicReader(kafka, kafka.archiveTopic(), IsolationLevel.READ_COMMITTED);
    }
}
